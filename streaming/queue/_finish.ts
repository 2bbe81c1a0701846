import { UserError } from "../../core/errors.ts";
import type { Json, Write } from "../../core/store/types.ts";
import {
  add,
  checkSize,
  checkVisibility,
  type Ground,
  leaseLost,
  putReady,
  tellEnd,
} from "./_ground.ts";
import { dueKey, placeOf } from "./_layout.ts";
import { asLease, endedJob, type StoredLease, storedLease, type Waiting } from "./_records.ts";
import type { AckOptions, FailOptions, Job, Lease } from "./types.ts";

/** Ends a lease well. */
export async function ackJob(
  ground: Ground,
  lease: Lease,
  result: Json,
  { writes = [] }: AckOptions,
): Promise<void> {
  checkSize(ground, "the result of a job", result);
  const { keys } = ground;
  const { job } = lease;
  await finish(ground, lease, (held) => {
    const at = ground.now();
    const ended = endedJob(job, { state: "done", at, lease: held, result });
    return [
      { op: "put", key: keys.job + job.id, value: ended },
      tellEnd(ground, job.id, at, "done"),
      add(ground, "completed"),
      ...writes,
    ];
  });
}

/** Ends a lease badly. */
export async function failJob(
  ground: Ground,
  lease: Lease,
  error: string,
  { retry = true }: FailOptions,
): Promise<"retry" | "dead"> {
  const again = retry && lease.attempt < lease.job.max_attempts;
  const pause = again ? backoff(ground, lease.attempt) : 0;
  await finish(
    ground,
    lease,
    (held) => afterFailure(ground, lease.job, held, { error, again, pause }),
  );
  return again ? "retry" : "dead";
}

/** Gives a job back uncounted. */
export async function releaseJob(ground: Ground, lease: Lease): Promise<void> {
  await finish(
    ground,
    lease,
    () => [putReady(ground, lease.job)],
  );
}

/** Holds a lease for longer. */
export async function extendLease(ground: Ground, lease: Lease, ms: number): Promise<Lease> {
  checkVisibility(ms);
  let extended = lease;
  await finish(ground, lease, (held) => {
    const seen_at = ground.now();
    extended = { job: lease.job, ...held, seen_at, until: seen_at + ms };
    const key = ground.keys.leased + lease.job.id;
    return [{ op: "put", key, value: storedLease(extended) }];
  });
  return extended;
}

/** What becomes of a job whose attempt failed. */
export function afterFailure(
  ground: Ground,
  job: Job,
  lease: StoredLease,
  { error, again, pause }: { error: string; again: boolean; pause: number },
): Write[] {
  const { keys } = ground;
  const at = ground.now();
  const short = error.slice(0, 4_000);
  const failed = add(ground, "failed");
  if (!again) {
    const dead = endedJob(job, { state: "dead", at, lease, error: short });
    return [
      { op: "put", key: keys.job + job.id, value: dead },
      { op: "put", key: keys.dead + job.id, value: at },
      tellEnd(ground, job.id, at, "dead"),
      add(ground, "dead"),
      failed,
    ];
  }
  const left: Job = { ...job, attempts: lease.attempt, error: short };
  const wait: Waiting = { place: placeOf(job), attempts: lease.attempt, from: at };
  return [
    { op: "put", key: keys.job + job.id, value: left },
    pause <= 0
      ? putReady(ground, left)
      : { op: "put", key: keys.waiting + dueKey(at + pause, job.id), value: wait },
    failed,
  ];
}

/** Doubles with each attempt, less up to half, so that what failed together does not come together. */
function backoff({ backoffMs, maxBackoffMs, random }: Ground, attempt: number): number {
  const full = Math.min(maxBackoffMs, backoffMs * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + random() / 2));
}

/** Takes a lease away together with what follows from that; it may have been extended meanwhile. */
async function finish(
  ground: Ground,
  lease: Lease,
  then: (held: StoredLease) => readonly Write[],
): Promise<void> {
  const { store, keys, commits } = ground;
  const key = keys.leased + lease.job.id;
  let held = storedLease(lease);
  for (;;) {
    const value = held;
    const writes = [{ op: "expect", key, value }, { op: "delete", key }, ...then(held)] as Write[];
    if (await commits.commit(writes)) return;
    const found = asLease(await store.get(key));
    if (found?.token !== lease.token) throw leaseLost(lease);
    const now = storedLease({ ...found, job: lease.job });
    if (JSON.stringify(now) === JSON.stringify(held)) {
      throw new UserError(
        "refused",
        `a condition of the writes of job "${lease.job.id}" is not met`,
        {
          rule: "queue.condition",
          hint: "read again what they expect; the job is still this worker's",
        },
      );
    }
    held = now;
  }
}
