import { UserError } from "../../core/errors.ts";
import type { Json } from "../../core/store/types.ts";
import type { JobClass } from "./types.ts";

/** What a task is run with, besides its payload. */
export interface TaskContext {
  /** Aborted when time is up, the job was cancelled or the runner stops: the task ends what it does. */
  readonly signal: AbortSignal;
  /** Id of the job, or of the direct call. */
  readonly id: string;
  /** Which attempt this is: 1 is the first. */
  readonly attempt: number;
  /**
   * Tells how long it waited, in milliseconds, for what it runs on: a GPU, a process. Long waits
   * make the runner start fewer at once.
   */
  readonly waited: (ms: number) => void;
}

/** Something a runner can do. A job names it by `{"task": <name>}` in its payload. */
export interface Task {
  /** By which jobs name it. */
  readonly name: string;
  /** What it needs; a job of a class with less is refused. */
  readonly class: JobClass;
  /**
   * Does it.
   *
   * @param payload as submitted, `task` included.
   * @returns the result, which is JSON. What it throws fails the attempt; a `UserError` other than
   * `failed` fails the job, as another attempt would not help.
   */
  run(payload: { readonly [key: string]: Json | undefined }, context: TaskContext): Promise<Json>;
}

/** The tasks a runner knows. */
export interface TaskRegistry {
  /** Names, sorted. */
  readonly names: readonly string[];
  /**
   * The task that a payload names.
   *
   * @throws {UserError} `usage` when it names none.
   */
  taskOf(payload: Json): Task;
}

/**
 * Puts tasks together.
 *
 * @throws {UserError} `usage` when two have one name.
 *
 * @example
 * ```ts
 * import { createTaskRegistry } from "@dspy/code/streaming/queue";
 * import assert from "node:assert/strict";
 *
 * const tasks = createTaskRegistry([
 *   { name: "add", class: "cpu_short", run: ({ a, b }) => Promise.resolve(Number(a) + Number(b)) },
 * ]);
 * const payload = { task: "add", a: 1, b: 2 };
 * const { signal } = new AbortController();
 * const context = { signal, id: "1", attempt: 1, waited: () => {} };
 * assert.equal(await tasks.taskOf(payload).run(payload, context), 3);
 * ```
 */
export function createTaskRegistry(tasks: readonly Task[]): TaskRegistry {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const names = [...byName.keys()].sort();
  if (byName.size < tasks.length) {
    throw new UserError("usage", `two tasks have one name, among ${names.join(", ")}`);
  }
  return {
    names,
    taskOf(payload) {
      const name = typeof payload === "object" && payload !== null
        ? (payload as { task?: unknown }).task
        : undefined;
      const task = typeof name === "string" ? byName.get(name) : undefined;
      if (task !== undefined) return task;
      const shown = JSON.stringify(name)?.slice(0, 80) ?? "nothing";
      throw new UserError("usage", `a payload names a task of this runner; given: ${shown}`, {
        hint: `known: ${names.join(", ") || "none"}`,
      });
    },
  };
}
