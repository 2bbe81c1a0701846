import type { UserError } from "../../core/errors.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import { createJobQueue, type JobQueueOptions } from "./create_job_queue.ts";

/** For tests: a queue in memory with a clock of its own, without pauses between sweeps. */
export function setUp(options: JobQueueOptions = {}) {
  const store = openMemoryStore();
  const warnings: string[] = [];
  const world = { now: 1_700_000_000_000 };
  const open = () =>
    createJobQueue(store, {
      sweepMs: 0,
      now: () => world.now,
      random: () => 1,
      onWarning: (text) => warnings.push(text),
      ...options,
    });
  return { store, warnings, world, open, queue: open() };
}

/** Whether an error is a refusal by a rule. */
export function refused(rule: string): (error: UserError) => boolean {
  return (error) => error.kind === "refused" && error.rule === rule;
}
