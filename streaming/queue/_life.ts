import type { Write } from "../../core/store/types.ts";
import { add, type Ground, putReady, setAside, tellEnd } from "./_ground.ts";
import { type EndEntry, idIn, placeOf } from "./_layout.ts";
import { asJob, asLease, bareJob, endedJob, type StoredJob } from "./_records.ts";
import type { JobEnd, JobRecord } from "./types.ts";

/** How often a job is looked for that is on its way. */
const ROUNDS = 20;

/** A job and what has become of it. */
export async function readJob(ground: Ground, id: string): Promise<JobRecord | undefined> {
  const { store, keys } = ground;
  // The lease first: a job that ends between the two reads is then seen as ended.
  const lease = asLease(await store.get(keys.leased + id));
  const job = asJob(await store.get(keys.job + id), id);
  if (job === undefined) return undefined;
  if (job.state !== undefined) return { ...job, state: job.state };
  if (lease === undefined) return { ...job, state: "pending" };
  return { ...job, state: "leased", ...lease.worker !== undefined && { worker: lease.worker } };
}

/** Ends a job that is not done, wherever it is. */
export async function cancelJob(ground: Ground, id: string): Promise<boolean> {
  const { store, keys, commits, now } = ground;
  for (let round = 0;; round++) {
    const job = asJob(await store.get(keys.job + id), id);
    if (job === undefined || job.state === "done" || job.state === "cancelled") return false;
    // It may be on its way from one place to another; one that is nowhere was damaged.
    const nowhere = round < ROUNDS ? undefined : { key: keys.job + id, value: job };
    const place = await placeIn(ground, job) ?? nowhere;
    if (place === undefined) continue;
    const at = now();
    const lease = place.key === keys.leased + id ? asLease(place.value) : undefined;
    const ended = endedJob(job, { state: "cancelled", at, ...lease && { lease } });
    const writes: Write[] = [
      { op: "expect", ...place },
      { op: "delete", key: place.key },
      { op: "put", key: keys.job + id, value: ended },
      tellEnd(ground, id, at, "cancelled"),
      add(ground, "cancelled"),
      ...job.state === "dead" ? [add(ground, "dead", -1)] : [],
    ];
    if (await commits.commit(writes)) return true;
  }
}

/** Jobs that ended, after a position. */
export async function endsAfter(
  ground: Ground,
  after: number,
  limit: number,
): Promise<JobEnd[]> {
  const { store, keys } = ground;
  const entries = await store.read<EndEntry>(keys.ended, { after, limit });
  return await Promise.all(entries.map(async ({ offset, value: [id, at, state] }) => {
    const job = await readJob(ground, id);
    // A dead one may live again by now.
    return { position: offset, id, at, state, ...job?.state === state && { job } };
  }));
}

/** Gives dead jobs all their attempts again. */
export async function redriveJobs(ground: Ground, ids: readonly string[]): Promise<number> {
  const { store, keys, commits } = ground;
  const done = await Promise.all([...new Set(ids)].map(async (id) => {
    const value = await store.get(keys.dead + id);
    const job = asJob(await store.get(keys.job + id), id);
    if (value === undefined) return false;
    if (job?.state !== "dead") {
      await setAside(ground, keys.dead + id, value, `the dead job "${id}" cannot be read`);
      return false;
    }
    const { not_before: _, ...again } = bareJob(job);
    return await commits.commit([
      { op: "expect", key: keys.dead + id, value },
      { op: "delete", key: keys.dead + id },
      { op: "put", key: keys.job + id, value: { ...again, attempts: 0 } },
      putReady(ground, { ...again, attempts: 0 }),
      add(ground, "dead", -1),
    ]);
  }));
  return done.filter(Boolean).length;
}

/** Where a job that has not ended stands. */
async function placeIn(
  { store, keys }: Ground,
  job: StoredJob,
): Promise<{ key: string; value: unknown } | undefined> {
  const { id, state } = job;
  const keysOfIt = state === "dead"
    ? [keys.dead + id]
    : [keys.leased + id, keys.ready + placeOf(job)];
  for (const key of keysOfIt) {
    const value = await store.get(key);
    if (value !== undefined) return { key, value };
  }
  // Few wait for their time, and seldom is one of them cancelled.
  return (await store.list(keys.waiting)).find(({ key }) => idIn(key) === id);
}
