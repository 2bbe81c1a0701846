import type { CheckReport } from "../../core/check_report.ts";
import { reportProblem } from "./report_problem.ts";

/**
 * The numbers of a report, as verifiers take them. Of tests: `tests_passed`, `tests_failed`,
 * `tests_skipped`, `tests_total` and `pass_rate`, passed/(passed + failed); a report that is no
 * ground for a reward ({@linkcode reportProblem}) has a `pass_rate` of 0 and `check_error` 1. Of a
 * lint: `lint_issues`, `lint_ok`; of a build `build_ok`, `syntax_errors`; of a type check
 * `type_errors`; and `suppressions` where they were counted.
 *
 * @example
 * ```ts
 * import { reportMetrics } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const report = {
 *   kind: "lint" as const,
 *   toolchain: "ruff",
 *   dir: ".",
 *   argv: ["ruff", "check"],
 *   ok: false,
 *   complete: true,
 *   counted: false,
 *   total: 0,
 *   passed: 0,
 *   failed: 0,
 *   skipped: 0,
 *   tests: [],
 *   problems: [{ file: "a.py", line: 1, col: 1, severity: "error" as const, message: "unused" }],
 *   notes: [],
 *   ms: 1,
 *   exitCode: 1,
 * };
 * assert.deepEqual(reportMetrics(report), { lint_issues: 1, lint_ok: 0 });
 * ```
 */
export function reportMetrics(report: CheckReport): Record<string, number> {
  const { kind, complete, problems, suppressions } = report;
  const silenced = suppressions === undefined ? {} : { suppressions: suppressions.length };
  // What cannot be read whole is as bad as what was found wrong.
  const unread = complete ? {} : { check_error: 1 };
  const ok = report.ok && complete ? 1 : 0;
  switch (kind) {
    case "test":
      return testMetrics(report);
    case "lint":
      return { lint_issues: problems.length, lint_ok: ok, ...silenced, ...unread };
    case "build": {
      const errors = problems.filter(({ severity }) => severity === "error").length;
      return { build_ok: ok, syntax_errors: errors, ...silenced, ...unread };
    }
    case "types":
      return { type_errors: problems.length, types_ok: ok, ...silenced, ...unread };
  }
}

function testMetrics(report: CheckReport): Record<string, number> {
  const { passed, failed, skipped, total } = report;
  const unusable = reportProblem(report) !== undefined;
  const ran = passed + failed;
  return {
    tests_passed: passed,
    tests_failed: failed,
    tests_skipped: skipped,
    tests_total: total,
    pass_rate: unusable || ran === 0 ? 0 : passed / ran,
    ...(unusable ? { check_error: 1 } : {}),
  };
}
