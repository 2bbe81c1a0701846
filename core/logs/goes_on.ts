/** Indented lines, and what runtimes put between the frames of a trace without an indent. */
const GOES_ON =
  /^\s+\S|^(?:Caused by: |During handling of the above|The above exception|Suppressed: |goroutine \d+ \[|created by |note: run with `RUST_BACKTRACE|stack backtrace:)|^[\w.$/*()-]+\(.*\)$/;

/**
 * Whether a line of a log goes on with the entry of the line before, as the frames of a stack trace
 * do.
 *
 * @param line of a log, without its end.
 *
 * @example
 * ```ts
 * import { goesOn } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * assert.ok(goesOn("    at load (/app/db.ts:3:7)"));
 * assert.ok(!goesOn("2025-01-02 INFO ready"));
 * ```
 */
export function goesOn(line: string): boolean {
  return line.length < 2_000 && GOES_ON.test(line);
}
