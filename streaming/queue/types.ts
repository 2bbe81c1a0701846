import type { Json, Store, Write } from "../../core/store/types.ts";

/** What a job needs: seconds of a processor, minutes of it, a local GPU, or one behind Slurm. */
export type JobClass = "cpu_short" | "cpu_long" | "gpu" | "gpu_slurm";

/** Where a job is in its life. A pending one waits for a worker, or for its time. */
export type JobState = "pending" | "leased" | "done" | "dead" | "cancelled";

/** What {@linkcode JobQueue.submit} takes. */
export interface JobSpec {
  /**
   * Its name: letters, digits, `.`, `_` and `-`, at most 200, no dot first. Default: a new one, that
   * sorts by time.
   */
  readonly id?: string | undefined;
  /** Default `"cpu_short"`. */
  readonly class?: JobClass | undefined;
  /** What is to be done; at most `maxBytes` of JSON. */
  readonly payload: Json;
  /** From -100 to 100; higher ones come first, those of one priority in order. Default 0. */
  readonly priority?: number | undefined;
  /** Milliseconds before it may start. Default 0. */
  readonly delayMs?: number | undefined;
  /** How often it may be started before it is dead. Default that of the queue. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds one attempt may take. Default that of its class in the runner. */
  readonly timeoutMs?: number | undefined;
}

/** A job as it is kept. JSON, with the names of the HTTP API. */
export interface Job {
  /** Its name in the queue. */
  readonly id: string;
  /** What it needs. */
  readonly class: JobClass;
  /** What is to be done. */
  readonly payload: Json;
  /** Higher ones come first. */
  readonly priority: number;
  /** Its place among those of one priority. */
  readonly order: string;
  /** Milliseconds since the epoch. */
  readonly submitted_at: number;
  /** When it may start, milliseconds since the epoch; absent: at once. */
  readonly not_before?: number;
  /** How often it may be started before it is dead. */
  readonly max_attempts: number;
  /** Milliseconds one attempt may take; absent: as its class says. */
  readonly timeout_ms?: number;
  /** How many attempts have ended. */
  readonly attempts: number;
  /** Why the last attempt that failed did so. */
  readonly error?: string;
}

/** A job with what has become of it. */
export interface JobRecord extends Job {
  /** Where it is in its life. */
  readonly state: JobState;
  /** What its worker gave, once it is done. */
  readonly runner_result?: Json;
  /** When it ended, milliseconds since the epoch. */
  readonly completed_at?: number;
  /** How long its last attempt took. */
  readonly duration_ms?: number;
  /** Who has it or had it last. */
  readonly worker?: string;
}

/** That a job ended, or died. A dead one may be given its attempts again and end once more. */
export interface JobEnd {
  /** Where it stands among all ends: 1 is the first. */
  readonly position: number;
  /** Of the job. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How it ended. */
  readonly state: "done" | "dead" | "cancelled";
  /** The job, while it is kept and still in this state. */
  readonly job?: JobRecord;
}

/** A job in the hands of one worker, until a time. */
export interface Lease {
  /** What is to be done. */
  readonly job: Job;
  /** Proves that this lease is the present one. */
  readonly token: string;
  /** Which attempt this is: 1 is the first. */
  readonly attempt: number;
  /** When it was given out, milliseconds since the epoch. */
  readonly leased_at: number;
  /** When it was given out or extended last, milliseconds since the epoch. */
  readonly seen_at: number;
  /** When it is over unless it is extended, milliseconds since the epoch. */
  readonly until: number;
  /** Who has it. */
  readonly worker?: string;
}

/** Options of {@linkcode JobQueue.lease}. */
export interface LeaseOptions {
  /** Which jobs. Default all classes. */
  readonly classes?: readonly JobClass[];
  /** How many at most, 1 to 1,000. Default 1. */
  readonly limit?: number;
  /** Milliseconds until others may have them, unless extended. Default that of the queue. */
  readonly visibilityMs?: number;
  /** Who asks; for people to read. */
  readonly worker?: string;
}

/** Options of {@linkcode JobQueue.ack}. */
export interface AckOptions {
  /**
   * Written in the same transaction, or not at all: with the effect of a job among them it has that
   * effect exactly once, whatever is killed when. Not below the queue's own keys.
   */
  readonly writes?: readonly Write[];
}

/** Options of {@linkcode JobQueue.fail}. */
export interface FailOptions {
  /** Whether another attempt could help. Default true. */
  readonly retry?: boolean;
}

/** How many jobs are where; read without looking at the jobs. */
export interface QueueStatus {
  /** Wait for a worker or for their time. */
  readonly pending: number;
  /** Are in the hands of workers. */
  readonly leased: number;
  /** Ended ones (done or cancelled) whose record is still kept. */
  readonly done: number;
  /** Gave up; wait for `redrive` or `cancel`. */
  readonly dead: number;
  /** Were cancelled, ever. */
  readonly cancelled: number;
  /** Came in, ever. */
  readonly submitted: number;
  /** Attempts that ended, well or not, ever. */
  readonly processed: number;
  /** Were done, ever. */
  readonly completed: number;
}

/**
 * Jobs that are done by exactly one worker at a time, at least once, and counted once. Many
 * processes may work on one store.
 *
 * Calls that are made together are committed together: `Promise.all` of many submits or acks is
 * many times faster than one after another, and each still succeeds or fails by itself.
 */
export interface JobQueue {
  /** Its name in the store. */
  readonly name: string;
  /** Where it is kept. */
  readonly store: Store;
  /**
   * Takes a job in; once this resolves, no kill loses it.
   *
   * @throws {UserError} `refused` by rule `queue.conflict` when the id is known, and by rule
   * `queue.full` when too many wait; `usage` for what is no job.
   */
  submit(spec: JobSpec): Promise<Job>;
  /** Gives out the jobs that come first; none when none is there. Never waits for one. */
  lease(options?: LeaseOptions): Promise<Lease[]>;
  /**
   * Holds a lease for longer: a heartbeat. The old lease stays as good as the new one.
   *
   * @param ms from now. Default that of the queue.
   * @throws {UserError} `refused` by rule `queue.lease` when the job is no longer this worker's.
   */
  extend(lease: Lease, ms?: number): Promise<Lease>;
  /**
   * The job is done.
   *
   * @param result kept with the job, at most `maxBytes` of JSON. Default null.
   * @throws {UserError} `refused` by rule `queue.lease` when the job is no longer this worker's, by
   * rule `queue.condition` when an `"expect"` of `writes` is not met; nothing is written then.
   */
  ack(lease: Lease, result?: Json, options?: AckOptions): Promise<void>;
  /**
   * The attempt failed: the job comes again after a pause that doubles with each attempt, or is
   * dead after its last.
   *
   * @throws {UserError} as `ack`.
   */
  fail(lease: Lease, error: string, options?: FailOptions): Promise<"retry" | "dead">;
  /** Gives a job back at once; the attempt does not count. Throws as `ack`. */
  release(lease: Lease): Promise<void>;
  /** Ends a job that is not done; its worker's ack is refused. False when there is none. */
  cancel(id: string): Promise<boolean>;
  /** A job and what has become of it; undefined for one that never was, or is no longer kept. */
  get(id: string): Promise<JobRecord | undefined>;
  /**
   * Jobs of one state: pending ones as they will come, delayed ones last; ended ones with the newest
   * first.
   *
   * @param limit how many at most. Default 100.
   */
  list(state: JobState, limit?: number): Promise<JobRecord[]>;
  /** How many jobs are where. */
  status(): Promise<QueueStatus>;
  /**
   * What has ended, in order.
   *
   * @param after only later ones. Default 0: from the first that is kept.
   * @param limit how many at most. Default 256.
   */
  ended(after?: number, limit?: number): Promise<JobEnd[]>;
  /** Jobs that gave up, by name. Default at most 1,000. */
  dead(limit?: number): Promise<JobRecord[]>;
  /** Gives dead jobs all their attempts again; returns how many. Default all of them. */
  redrive(ids?: readonly string[]): Promise<number>;
  /** Forgets ended jobs beyond what is kept, and returns how many; `lease` does so now and then. */
  trim(): Promise<number>;
}
