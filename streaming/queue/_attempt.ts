import { describeError, UserError } from "../../core/errors.ts";
import type { Json } from "../../core/store/types.ts";
import type { TaskRegistry } from "./task.ts";
import { JOB_CLASSES } from "./job_classes.ts";
import type { JobClass } from "./types.ts";

/** One attempt at a payload. */
export interface Attempt {
  readonly id: string;
  readonly class: JobClass;
  readonly payload: Json;
  readonly attempt: number;
  readonly timeoutMs: number;
  readonly onWait: (ms: number) => void;
  /** Ends it early: its reason is why. */
  readonly signal: AbortSignal;
}

/** How an attempt ended. */
export type Outcome =
  | { readonly ok: true; readonly result: Json }
  | { readonly ok: false; readonly error: UserError; readonly retry: boolean };

/**
 * Runs one attempt, with a time limit. A task that does not listen to its signal is not waited for:
 * `settled` says when it has really ended.
 */
export function runAttempt(
  tasks: TaskRegistry,
  attempt: Attempt,
): { outcome: Promise<Outcome>; settled: Promise<void> } {
  const { id, payload, timeoutMs, signal } = attempt;
  const stop = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    stop.abort(reason);
    reject(reason);
  };
  const timer = setTimeout(() => {
    const late = `job "${id}" took more than ${timeoutMs / 1_000} s`;
    end(new UserError("failed", late, { hint: "give it a longer class, or timeoutMs" }));
  }, Math.min(timeoutMs, 0x7fff_ffff));
  const leave = () => end(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();

  const work = Promise.resolve().then(() => {
    stop.signal.throwIfAborted();
    const task = tasks.taskOf(payload);
    checkClass(attempt.class, task.class, task.name);
    const context = {
      signal: stop.signal,
      id,
      attempt: attempt.attempt,
      waited: attempt.onWait,
    };
    return task.run(payload as Record<string, Json>, context);
  });
  const outcome = Promise.race([work, stopped]).then(
    (result): Outcome => ({ ok: true, result: result ?? null }),
    (error: unknown): Outcome => {
      const told = error instanceof UserError
        ? error
        : new UserError("failed", describeError(error), { cause: error });
      return { ok: false, error: told, retry: told.kind === "failed" || told.kind === "aborted" };
    },
  ).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
  });
  stopped.catch(() => {});
  return { outcome, settled: work.then(() => {}, () => {}) };
}

/** A job that asked for less than its task needs would stand in the wrong line. */
function checkClass(asked: JobClass, needed: JobClass, name: string): void {
  if (JOB_CLASSES.indexOf(asked) >= JOB_CLASSES.indexOf(needed)) return;
  throw new UserError("usage", `task ${name} needs class ${needed}; the job has ${asked}`, {
    hint: `submit it with class ${needed}`,
  });
}
