import type { Store } from "../../core/store/types.ts";
import { ackJob, extendLease, failJob, releaseJob } from "./_finish.ts";
import type { Ground } from "./_ground.ts";
import { GroupCommit } from "./_group_commit.ts";
import { checkJobId } from "./job_id.ts";
import { idIn, layout } from "./_layout.ts";
import { listJobs } from "./_list.ts";
import { leaseJobs } from "./_lease.ts";
import { cancelJob, endsAfter, readJob, redriveJobs } from "./_life.ts";
import { readStatus } from "./_status.ts";
import { Intake } from "./_submit.ts";
import { Sweeper } from "./_sweep.ts";
import { trimEnded } from "./_trim.ts";
import type { JobQueue } from "./types.ts";

/** Options of {@linkcode createJobQueue}. */
export interface JobQueueOptions {
  /** Its name in the store, spelled like the id of a job. Default `"main"`. */
  readonly name?: string;
  /** How long a worker may be silent before others get its job. Milliseconds, default 30,000. */
  readonly visibilityMs?: number;
  /** How often a job may be started before it is dead. Default 5. */
  readonly maxAttempts?: number;
  /** Pause after the first failure; it doubles with each. Milliseconds, default 1,000. */
  readonly backoffMs?: number;
  /** The longest pause. Milliseconds, default 300,000. */
  readonly maxBackoffMs?: number;
  /**
   * Jobs that may wait before `submit` refuses; counted anew five times a second, so that it may be
   * passed by what comes in between. Default 100,000.
   */
  readonly maxPending?: number;
  /** The largest payload and result, in bytes of JSON. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Ended jobs whose record is kept; 256 more may be. Default 10,000. */
  readonly keepDone?: number;
  /** How long the record of an ended job is kept. Milliseconds, default 7 days. */
  readonly keepMs?: number;
  /**
   * How often leases that ran out and delays that are over are looked for: they come this much
   * late. Milliseconds, default 200.
   */
  readonly sweepMs?: number;
  /** The clock, milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Makes ids of jobs. Default ones that sort by time. */
  readonly newId?: () => string;
  /** Makes proofs of leases; they must never come twice. Default `crypto.randomUUID`. */
  readonly newToken?: () => string;
  /** From 0 to 1, for the pauses. Default `Math.random`. */
  readonly random?: () => number;
  /** Told in one sentence when a record could not be read. Default: nobody. */
  readonly onWarning?: (text: string) => void;
}

/**
 * A queue of jobs in a store. It has no timers and holds nothing: a killed process leaves leases
 * that run out, and nothing else; the store stays open when it is no longer used.
 *
 * @throws {UserError} `usage` for a name that is none.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { createJobQueue } from "@dspy/code/streaming/queue";
 * import assert from "node:assert/strict";
 *
 * const queue = createJobQueue(openMemoryStore());
 * await queue.submit({ id: "nightly", payload: { task: "run_tests" }, priority: 5 });
 * const [lease] = await queue.lease({ worker: "one" });
 * assert.equal(lease?.job.id, "nightly");
 * await queue.ack(lease!, { passed: 12 });
 * assert.deepEqual((await queue.get("nightly"))?.runner_result, { passed: 12 });
 * assert.equal((await queue.status()).completed, 1);
 * ```
 */
export function createJobQueue(store: Store, options: JobQueueOptions = {}): JobQueue {
  const { name = "main", newId, onWarning } = options;
  const keys = layout(checkJobId(name));
  const ground: Ground = {
    visibilityMs: 30_000,
    maxAttempts: 5,
    backoffMs: 1_000,
    maxBackoffMs: 300_000,
    maxPending: 100_000,
    maxBytes: 1 << 20,
    keepDone: 10_000,
    keepMs: 7 * 86_400_000,
    sweepMs: 200,
    now: Date.now,
    random: Math.random,
    newToken: () => crypto.randomUUID(),
    ...options,
    warn: onWarning ?? (() => {}),
    name,
    store,
    keys,
    commits: new GroupCommit(store, keys.prefix),
  };
  const intake = new Intake(ground, newId);
  const sweeper = new Sweeper(ground);
  // Two leases at once would want the same jobs.
  let turn: Promise<unknown> = Promise.resolve();

  return {
    name,
    store,
    submit: (spec) => intake.submit(spec),
    lease(options = {}) {
      const leased = turn.then(() => sweeper.sweep()).then(() => leaseJobs(ground, options));
      turn = leased.catch(() => {});
      return leased;
    },
    extend: (lease, ms = ground.visibilityMs) => extendLease(ground, lease, ms),
    ack: (lease, result = null, options = {}) => ackJob(ground, lease, result, options),
    fail: (lease, error, options = {}) => failJob(ground, lease, error, options),
    release: (lease) => releaseJob(ground, lease),
    cancel: (id) => cancelJob(ground, id),
    get: (id) => readJob(ground, id),
    status: () => readStatus(ground),
    ended: (after = 0, limit = 256) => endsAfter(ground, after, limit),
    list: (state, limit = 100) => listJobs(ground, state, limit),
    dead: (limit = 1_000) => listJobs(ground, "dead", limit),
    redrive: async (ids) =>
      await redriveJobs(ground, ids ?? (await store.list(keys.dead)).map(({ key }) => idIn(key))),
    trim: () => trimEnded(ground, true),
  };
}
