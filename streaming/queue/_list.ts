import type { Ground } from "./_ground.ts";
import { JOB_CLASSES } from "./job_classes.ts";
import { type EndEntry, idIn } from "./_layout.ts";
import { firstPlaces } from "./_lease.ts";
import { readJob } from "./_life.ts";
import type { JobRecord, JobState } from "./types.ts";

/** Ends that are looked through at a time. */
const PAGE = 256;

/** Jobs of one state: pending ones as they come, ended ones with the newest first. */
export async function listJobs(
  ground: Ground,
  state: JobState,
  limit: number,
): Promise<JobRecord[]> {
  const ids = await idsOf(ground, state, limit);
  const jobs = await Promise.all(ids.map((id) => readJob(ground, id)));
  // What moved meanwhile is no longer of that state.
  return jobs.filter((job) => job?.state === state) as JobRecord[];
}

async function idsOf(ground: Ground, state: JobState, limit: number): Promise<string[]> {
  const { store, keys } = ground;
  const under = async (prefix: string, limit: number) =>
    (await store.list(prefix, limit)).map(({ key }) => idIn(key));
  switch (state) {
    case "leased":
      return await under(keys.leased, limit);
    case "dead":
      return await under(keys.dead, limit);
    case "pending": {
      const ready = await firstPlaces(ground, JOB_CLASSES, limit);
      const ids = ready.map(({ key }) => idIn(key));
      return [...ids, ...await under(keys.waiting, limit - ids.length)];
    }
    default:
      return await newestEnds(ground, state, limit);
  }
}

async function newestEnds(
  { store, keys }: Ground,
  state: JobState,
  limit: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (let last = await store.head(keys.ended); last > 0 && ids.length < limit; last -= PAGE) {
    const after = Math.max(0, last - PAGE);
    const page = await store.read<EndEntry>(keys.ended, { after, limit: last - after });
    if (page.length === 0) break;
    for (const { value: [id, , ended] } of page.reverse()) {
      if (ended === state && ids.length < limit) ids.push(id);
    }
  }
  return ids;
}
