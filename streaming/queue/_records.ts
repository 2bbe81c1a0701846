import type { Json } from "../../core/store/types.ts";
import type { Job, JobRecord, Lease } from "./types.ts";

/** A job as it stands in the store: its state once it has ended or died, else none. */
export type StoredJob = Omit<JobRecord, "state"> & { readonly state?: JobRecord["state"] };

/** A lease as it stands in the store. */
export type StoredLease = Omit<Lease, "job">;

/** A job that waits for its time. */
export interface Waiting {
  /** Its place among the ready ones. */
  readonly place: string;
  /** How many attempts have ended. */
  readonly attempts: number;
  /** Since when it waits, milliseconds since the epoch. */
  readonly from: number;
}

/** A stored job; undefined for what is none. */
export function asJob(value: unknown, id: string): StoredJob | undefined {
  const job = value as Partial<StoredJob> | null | undefined;
  const is = typeof job === "object" && job !== null && job.id === id &&
    typeof job.class === "string" && typeof job.order === "string" && isTime(job.submitted_at) &&
    Number.isInteger(job.priority) && Number.isInteger(job.attempts) &&
    Number.isInteger(job.max_attempts) && job.payload !== undefined;
  return is ? job as StoredJob : undefined;
}

/** A stored lease; undefined for what is none. */
export function asLease(value: unknown): StoredLease | undefined {
  const lease = value as Partial<StoredLease> | null | undefined;
  const is = typeof lease === "object" && lease !== null && typeof lease.token === "string" &&
    Number.isInteger(lease.attempt) && isTime(lease.leased_at) && isTime(lease.seen_at) &&
    isTime(lease.until);
  return is ? lease as StoredLease : undefined;
}

/** A stored wait; undefined for what is none. */
export function asWaiting(value: unknown): Waiting | undefined {
  const wait = value as Partial<Waiting> | null | undefined;
  const is = typeof wait === "object" && wait !== null && typeof wait.place === "string" &&
    Number.isInteger(wait.attempts) &&
    isTime(wait.from);
  return is ? wait as Waiting : undefined;
}

/** As it stands in the store, field by field in the same order. */
export function storedLease(lease: Lease | StoredLease): StoredLease {
  const { token, attempt, leased_at, seen_at, until, worker } = lease;
  return {
    token,
    attempt,
    leased_at,
    seen_at,
    until,
    ...worker !== undefined && { worker },
  };
}

/** A job without what came of it. */
export function bareJob(job: StoredJob): Job {
  const {
    state: _,
    runner_result: __,
    completed_at: ___,
    duration_ms: ____,
    worker: _____,
    ...bare
  } = job;
  return bare;
}

/** What is added to a job that has ended. */
export interface Ending {
  readonly state: "done" | "dead" | "cancelled";
  readonly at: number;
  readonly lease?: StoredLease;
  readonly result?: Json;
  readonly error?: string;
}

/** A job with its end. */
export function endedJob(job: Job | StoredJob, ending: Ending): StoredJob {
  const { state, at, lease, result, error } = ending;
  return {
    ...bareJob(job),
    state,
    attempts: lease?.attempt ?? job.attempts,
    completed_at: at,
    ...error !== undefined && { error },
    ...result !== undefined && { runner_result: result },
    ...lease && { duration_ms: Math.max(0, at - lease.leased_at) },
    ...lease?.worker !== undefined && { worker: lease.worker },
  };
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}
