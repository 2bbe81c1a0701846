import type { ActionResult, Verifier } from "./types.ts";

/** One for each kind, by what it makes of the metrics. */
const SCORES: Readonly<Record<string, (metrics: ActionResult["metrics"]) => number | null>> = {
  pass_rate: passRate,
  blast_radius: (of) => given(of, "blast_radius"),
  build_ok: (of) => given(of, "build_ok"),
  lint_ok(of) {
    const issues = given(of, "lint_issues");
    return given(of, "lint_ok") ?? (issues === null ? null : issues === 0 ? 1 : 0);
  },
  quality_avg(of) {
    const all = Object.keys(of).filter((name) => name.startsWith("quality_"))
      .map((name) => given(of, name)!);
    return all.length === 0 ? null : all.reduce((sum, x) => sum + x, 0) / all.length;
  },
  pass_rate_improve(of) {
    const [now, before] = [passRate(of), given(of, "baseline_pass_rate")];
    return now === null || before === null ? null : now - before;
  },
  low_blast: (of) => negative(given(of, "blast_radius")),
  quality_policy: (of) => given(of, "quality_policy"),
  lint_penalty: (of) => negative(given(of, "lint_issues")),
  patch_applied(of) {
    const applied = given(of, "patch_applied");
    return applied === null ? 0 : applied > 0 ? 1 : -1;
  },
  tests_passed: passRate,
  syntax_ok: (of) => negative(given(of, "syntax_errors")),
  embedding_generated(of) {
    const made = given(of, "embedding_generated");
    return made === null ? null : made > 0 ? 1 : 0;
  },
};

/**
 * The verifiers there are, by kind:
 *
 * | kind                  | score                                                    |
 * | --------------------- | -------------------------------------------------------- |
 * | `pass_rate`           | metric of that name, else passed/(passed + failed)       |
 * | `blast_radius`        | metric of that name                                      |
 * | `build_ok`, `lint_ok` | 1 or 0                                                   |
 * | `quality_avg`         | mean of the metrics that begin with `quality_`           |
 * | `pass_rate_improve`   | pass rate minus `baseline_pass_rate`                     |
 * | `low_blast`           | minus the blast radius                                   |
 * | `quality_policy`      | metric of that name                                      |
 * | `lint_penalty`        | minus `lint_issues`                                      |
 * | `patch_applied`       | 1 applied, -1 could not be, 0 no patch                   |
 * | `tests_passed`        | as `pass_rate`                                           |
 * | `syntax_ok`           | minus `syntax_errors`                                    |
 * | `embedding_generated` | 1 or 0                                                   |
 *
 * Each gives null where its metrics are not there.
 *
 * @example
 * ```ts
 * import { VERIFIERS } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const result = { tool: "run_tests", ok: false, metrics: { tests_passed: 3, tests_failed: 1 } };
 * assert.equal(VERIFIERS.pass_rate?.score(result), 0.75);
 * assert.equal(VERIFIERS.lint_ok?.score(result), null);
 * ```
 */
export const VERIFIERS: Readonly<Record<string, Verifier>> = Object.fromEntries(
  Object.entries(SCORES).map(([kind, score]) => [kind, {
    kind,
    score: ({ metrics }: ActionResult) => score(metrics),
  }]),
);

/** Those that are used where nothing says which. */
export const DEFAULT_VERIFIERS: readonly Verifier[] = [
  "pass_rate",
  "blast_radius",
  "build_ok",
  "lint_ok",
  "quality_avg",
].map((kind) => VERIFIERS[kind]!);

function given(metrics: ActionResult["metrics"], name: string): number | null {
  return Object.hasOwn(metrics, name) ? metrics[name]! : null;
}

function negative(value: number | null): number | null {
  // Not -0.
  return value === null ? null : 0 - value;
}

function passRate(metrics: ActionResult["metrics"]): number | null {
  const rate = given(metrics, "pass_rate");
  if (rate !== null) return rate;
  const passed = given(metrics, "tests_passed");
  const failed = given(metrics, "tests_failed");
  const total = failed === null ? given(metrics, "tests_total") : failed + (passed ?? 0);
  if (passed === null || total === null) return null;
  return total > 0 ? passed / total : 0;
}
