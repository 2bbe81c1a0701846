import type { CheckReport } from "../../core/check_report.ts";

/** Comments that silence, and were not there before. */
export interface AddedSuppressions {
  /** Those for a linter: `deno-lint-ignore`, `# noqa`. */
  readonly lint: number;
  /** Those for a type checker: `@ts-ignore`, `# type: ignore`. */
  readonly types: number;
}

const TYPES = /^(?:ts-|type:|pyright:|mypy:)/;

/**
 * Counts the comments that silence a linter or type checker beyond those of the baseline, kind by
 * kind: moving one is none, and taking one of another kind away makes up for nothing.
 *
 * @param baseline reports of the lints and builds before the change.
 * @param present the same after it.
 *
 * @example
 * ```ts
 * import { addedSuppressions } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const lint = (...kinds: string[]) => [{
 *   kind: "lint" as const,
 *   toolchain: "deno",
 *   dir: ".",
 *   argv: [],
 *   ok: true,
 *   complete: true,
 *   counted: false,
 *   total: 0,
 *   passed: 0,
 *   failed: 0,
 *   skipped: 0,
 *   tests: [],
 *   problems: [],
 *   suppressions: kinds.map((kind, line) => ({ file: "a.ts", line, kind })),
 *   notes: [],
 *   ms: 1,
 *   exitCode: 0,
 * }];
 * assert.deepEqual(
 *   addedSuppressions(lint("deno-lint-ignore"), lint("deno-lint-ignore", "ts-ignore")),
 *   { lint: 0, types: 1 },
 * );
 * ```
 */
export function addedSuppressions(
  baseline: readonly CheckReport[],
  present: readonly CheckReport[],
): AddedSuppressions {
  const before = countKinds(baseline);
  const added = { lint: 0, types: 0 };
  for (const [kind, count] of countKinds(present)) {
    added[TYPES.test(kind) ? "types" : "lint"] += Math.max(0, count - (before.get(kind) ?? 0));
  }
  return added;
}

/** Each comment once, though a lint and a build both tell of it. */
function countKinds(reports: readonly CheckReport[]): Map<string, number> {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (const { file, line, kind } of reports.flatMap((one) => one.suppressions ?? [])) {
    const place = JSON.stringify([file, line, kind]);
    if (seen.has(place)) continue;
    seen.add(place);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
