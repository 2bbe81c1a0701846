import type { CheckReport } from "../../core/check_report.ts";

/**
 * Why a report of tests is no ground for a reward: it was cut, counts nothing, ran nothing, or its
 * exit code contradicts it. What a program printed is never asked: `12 passed` on its output does
 * not make up for a report that is not there.
 *
 * @returns one clause; undefined for a report that can be rewarded by.
 *
 * @example
 * ```ts
 * import { reportProblem } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const report = {
 *   kind: "test" as const,
 *   toolchain: "make",
 *   dir: ".",
 *   argv: ["make", "test"],
 *   ok: true,
 *   complete: true,
 *   counted: false,
 *   total: 0,
 *   passed: 0,
 *   failed: 0,
 *   skipped: 0,
 *   tests: [],
 *   problems: [],
 *   notes: [],
 *   ms: 1,
 *   exitCode: 0,
 * };
 * assert.equal(reportProblem(report), "make counted no tests");
 * ```
 */
export function reportProblem(report: CheckReport): string | undefined {
  const { kind, toolchain, complete, counted, planned, tests, failed, exitCode } = report;
  if (kind !== "test") return `a report of ${kind}, not of tests`;
  if (!counted) return `${toolchain} counted no tests`;
  if (planned !== undefined && tests.length < planned) {
    return `${toolchain} announced ${planned} tests and reported ${tests.length}`;
  }
  if (!complete) return `${toolchain}'s report is not complete`;
  if (tests.length === 0) return `${toolchain} ran no tests`;
  if (exitCode !== 0 && failed === 0) {
    return `${toolchain} ended with ${exitCode ?? "a signal"} though no test failed`;
  }
  if (exitCode === 0 && failed > 0) return `${toolchain} ended with 0 though tests failed`;
  return undefined;
}
