import type { Json } from "../../core/store/types.ts";
import type { AdaptiveLimiter } from "./adaptive_limiter.ts";
import type { TaskRegistry } from "./task.ts";
import type { JobClass, JobQueue, Lease } from "./types.ts";

/** Options of `createEnvRunner`. */
export interface EnvRunnerOptions {
  /** Where jobs come from. */
  readonly queue: JobQueue;
  /** What it can do. */
  readonly tasks: TaskRegistry;
  /** Which jobs it takes. Default those of the CPU: `cpu_short` and `cpu_long`. */
  readonly classes?: readonly JobClass[];
  /** How many run at once. Default a new one with its defaults. */
  readonly limiter?: AdaptiveLimiter;
  /** How long one attempt may take, in milliseconds. Default 30 s, 10 min, an hour, a day. */
  readonly timeouts?: Readonly<Partial<Record<JobClass, number>>>;
  /** Direct calls that may wait before the next is refused. Default 64. */
  readonly maxWaiting?: number;
  /** How long a job outlasts a runner that is silent, in milliseconds. Default 30,000. */
  readonly visibilityMs?: number;
  /** How often an empty queue is looked at, in milliseconds. Default 200. */
  readonly pollMs?: number;
  /** How long what runs may go on once the runner is to stop, in milliseconds. Default 5,000. */
  readonly graceMs?: number;
  /** Who it is; for people to read. Default none. */
  readonly worker?: string;
  /** Percent of the GPUs in use, or null where there is none. Default null. */
  readonly gpuUtilization?: () => Promise<number | null>;
  /** Told of each attempt that ended. */
  readonly onEnd?: (lease: Lease, end: "done" | "retry" | "dead" | "lost" | "released") => void;
  /** Told when the store fails, in one sentence; the runner goes on. */
  readonly onWarning?: (text: string) => void;
  /** The clock, milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** What a runner has done. Null is what was not measured. */
export interface RunnerMetrics {
  /** Attempts that ended. */
  readonly tasks_processed: number;
  /** Jobs that wait, and direct calls. */
  readonly queue_depth: number;
  /** Percent. */
  readonly gpu_utilization: number | null;
  /** From when it could have started until its end, of the last 512. */
  readonly latency_p95_ms: number | null;
  /** Of attempts. */
  readonly avg_duration_ms: number | null;
  /** Attempts that failed. */
  readonly total_errors: number;
  /** The same by class of job. */
  readonly errors_by_class: Readonly<Partial<Record<JobClass, number>>>;
  /** Since it was made. */
  readonly uptime_seconds: number;
  /** Attempts that may run at once. */
  readonly limit: number;
  /** Attempts that run. */
  readonly active: number;
}

/** A call without the queue. */
export interface DirectTask {
  /** Its name in the answer. */
  readonly id: string;
  /** Default `"cpu_short"`. */
  readonly class?: JobClass;
  /** Names the task. */
  readonly payload: Json;
}

/** The answer to one. */
export interface DirectResult {
  /** As given. */
  readonly id: string;
  /** When the result has `embeddings`. */
  readonly embeddings?: Json;
  /** Waiting included. */
  readonly latency_ms: number;
  /** What the task gave. */
  readonly metadata: Json;
}

/** Does what jobs say. */
export interface EnvRunner {
  /**
   * Takes jobs until the signal is aborted, then ends what runs: after a grace it is stopped, and
   * its jobs given back uncounted.
   *
   * @returns how many attempts it ended.
   */
  run(signal: AbortSignal): Promise<number>;
  /**
   * Takes what is there now, waits for its end and returns: for a one-shot command.
   *
   * @returns how many attempts it ended.
   */
  drain(signal: AbortSignal): Promise<number>;
  /**
   * Runs a task at once, as soon as a permit is free, beside the jobs.
   *
   * @throws {UserError} `refused` by rule `queue.full` when too many wait; what the task threw.
   */
  task(task: DirectTask, signal?: AbortSignal): Promise<DirectResult>;
  /** Looks at the queue now: something was submitted in this process. */
  wake(): void;
  /** What it has done. */
  metrics(): Promise<RunnerMetrics>;
}
