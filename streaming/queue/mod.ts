/**
 * Jobs that outlive a killed process: a queue in a store, a limiter that follows load, a runner that
 * does what the jobs say, Slurm, and a way over the bus for many machines.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { createJobQueue } from "@dspy/code/streaming/queue";
 * import assert from "node:assert/strict";
 *
 * const queue = createJobQueue(openMemoryStore());
 * await queue.submit({ payload: { task: "lint" } });
 * assert.equal((await queue.status()).pending, 1);
 * ```
 *
 * @module
 */
export {
  type AdaptiveLimiter,
  type AdaptiveLimiterOptions,
  createAdaptiveLimiter,
  type LimiterSample,
} from "./adaptive_limiter.ts";
export { createJobQueue, type JobQueueOptions } from "./create_job_queue.ts";
export { CLASS_TIMEOUTS, createEnvRunner } from "./env_runner.ts";
export type {
  DirectResult,
  DirectTask,
  EnvRunner,
  EnvRunnerOptions,
  RunnerMetrics,
} from "./runner_types.ts";
export { createTaskRegistry, type Task, type TaskContext, type TaskRegistry } from "./task.ts";
export {
  type QueueBridge,
  queueOverBus,
  type QueueOverBusOptions,
  type TaskMessage,
} from "./queue_over_bus.ts";
export {
  createSlurm,
  type Slurm,
  type SlurmState,
  type SlurmStatus,
  type SlurmSubmitted,
  type SpawnEnd,
  type SpawnProgram,
} from "./slurm.ts";
export { slurmScript, type SlurmSpec } from "./slurm_script.ts";
export { slurmTask, type SlurmTaskOptions } from "./slurm_task.ts";
export { JOB_CLASSES } from "./job_classes.ts";
export { checkJobId, jobIdOf } from "./job_id.ts";
export type {
  AckOptions,
  FailOptions,
  Job,
  JobClass,
  JobEnd,
  JobQueue,
  JobRecord,
  JobSpec,
  JobState,
  Lease,
  LeaseOptions,
  QueueStatus,
} from "./types.ts";
