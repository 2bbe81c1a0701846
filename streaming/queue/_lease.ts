import type { Write } from "../../core/store/types.ts";
import { checkVisibility, type Ground, setAside } from "./_ground.ts";
import { JOB_CLASSES } from "./job_classes.ts";
import { idIn } from "./_layout.ts";
import { asJob, storedLease } from "./_records.ts";
import type { Lease, LeaseOptions } from "./types.ts";

/** Gives out the jobs that come first; another process may take them meanwhile: then the next. */
export async function leaseJobs(ground: Ground, options: LeaseOptions): Promise<Lease[]> {
  const { store, keys, commits } = ground;
  const limit = Math.min(1_000, Math.max(1, Math.floor(options.limit ?? 1) || 1));
  checkVisibility(options.visibilityMs ?? ground.visibilityMs);
  for (;;) {
    const places = await firstPlaces(ground, options.classes ?? JOB_CLASSES, limit);
    if (places.length === 0) return [];
    const leases: Lease[] = [];
    const writes: Write[] = [];
    for (const { key, value } of places) {
      const id = idIn(key);
      const job = asJob(await store.get(keys.job + id), id);
      if (job === undefined || job.state !== undefined || job.attempts !== value) {
        // Somebody may have had it in between; then the place has another value, or none.
        if (JSON.stringify(await store.get(key)) === JSON.stringify(value)) {
          await setAside(ground, key, value, `${key} and its job do not fit`);
        }
        continue;
      }
      const lease = newLease(ground, options, job);
      leases.push(lease);
      writes.push(
        { op: "expect", key, value },
        { op: "delete", key },
        { op: "put", key: keys.leased + id, value: storedLease(lease) },
      );
    }
    // When it fails, somebody else went on: the next round finds other places.
    if (leases.length > 0 && await commits.commit(writes)) return leases;
  }
}

/** The first places of some classes, over all of them. */
export async function firstPlaces(
  { store, keys }: Ground,
  classes: readonly string[],
  limit: number,
): Promise<{ key: string; value: unknown }[]> {
  const prefixes = [...new Set(classes)].map((kind) => `${keys.ready}${kind}:`);
  const found: { key: string; value: unknown; rank: string }[] = [];
  const take = (entries: { key: string; value: unknown }[]) => {
    for (const { key, value } of entries) {
      const prefix = prefixes.find((prefix) => key.startsWith(prefix));
      if (prefix !== undefined) found.push({ key, value, rank: key.slice(prefix.length) });
    }
  };
  // When few jobs are ready, one look finds them all.
  const all = prefixes.length > 1 ? await store.list(keys.ready, limit + 1) : undefined;
  if (all !== undefined && all.length <= limit) take(all);
  else for (const prefix of prefixes) take(await store.list(prefix, limit));
  return found.sort((a, b) => a.rank < b.rank ? -1 : 1).slice(0, limit);
}

function newLease(ground: Ground, options: LeaseOptions, job: Lease["job"]): Lease {
  const now = ground.now();
  const { visibilityMs = ground.visibilityMs, worker } = options;
  return {
    job,
    token: ground.newToken(),
    attempt: job.attempts + 1,
    leased_at: now,
    seen_at: now,
    until: now + visibilityMs,
    ...worker !== undefined && { worker },
  };
}
