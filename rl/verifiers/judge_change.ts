import type { CheckReport } from "../../core/check_report.ts";
import { addedSuppressions } from "./added_suppressions.ts";
import { compareTests, type TestComparison } from "./compare_tests.ts";
import { reportProblem } from "./report_problem.ts";
import type { TamperedFile } from "./tampered_files.ts";

/** What is known of a change. */
export interface Change {
  /** Reports of the checks before it: tests, and where there are such, lint, build and types. */
  readonly baseline: readonly CheckReport[];
  /** Reports of the same checks after it. */
  readonly present: readonly CheckReport[];
  /** Whether it was applied: `none` when nothing was changed. */
  readonly patch: "applied" | "failed" | "none";
  /** Lines it added and removed. */
  readonly lines: number;
  /** Tokens it took. Default 0. */
  readonly tokens?: number;
  /** Seconds it took. Default 0. */
  readonly seconds?: number;
  /** What {@linkcode tamperedFiles} found. Default nothing. */
  readonly tampered?: readonly TamperedFile[];
  /** Keys of tests that are flaky in the *baseline*. Default none. */
  readonly flaky?: Iterable<string>;
  /** Share of mutants that the tests find, from 0 to 1: weak tests earn less. Default 1. */
  readonly mutationScore?: number;
}

/**
 * The raw sides of a change, to be logged as they are, so that other weights can be put to them
 * later. What is absent does not apply.
 */
export type RewardComponents = {
  /** 0 when nothing may be earned. */
  readonly gate: number;
  /** Tests that failed before. */
  readonly f2p_of?: number;
  /** Of those, how many pass now. */
  readonly f2p_fixed?: number;
  /** Tests that passed before. */
  readonly p2p_of?: number;
  /** Of those, how many still do. */
  readonly p2p_kept?: number;
  /** See {@linkcode Change.mutationScore}. */
  readonly mutation: number;
  /** 1 when all builds succeed. */
  readonly build?: number;
  /** Lint problems before. */
  readonly lint_before?: number;
  /** Lint problems now, with added suppressions; absent when the linter cannot be read any more. */
  readonly lint_now?: number;
  /** Type problems before. */
  readonly types_before?: number;
  /** Type problems now, with added suppressions. */
  readonly types_now?: number;
  /** Tokens taken. */
  readonly tokens: number;
  /** Seconds taken. */
  readonly seconds: number;
  /** Lines added and removed. */
  readonly lines: number;
};

/** What {@linkcode judgeChange} finds. */
export interface Judgement {
  /** Undefined when there is no ground for a reward: it is then missing, not 0. */
  readonly components?: RewardComponents;
  /** The tests one by one; undefined with the components. */
  readonly tests?: TestComparison;
  /** Why the gate is closed or the reward is missing. */
  readonly reasons: readonly string[];
}

/** Builds that check types, where no checker of its own does. */
const TYPE_BUILDS = new Set(["deno", "tsc"]);

/**
 * Turns the reports of a baseline and of the present into raw components and a gate. Without
 * readable tests in the baseline there is no ground for a reward; without them now the gate is
 * closed, as it is when the patch failed, nothing was changed, files that grade were touched or the
 * build broke.
 *
 * Source: the reward of this package's own specification; binary test outcomes with a gate as in
 * Jimenez et al., "SWE-bench" (2024).
 *
 * @throws {RangeError} when a number is negative or not finite, or the mutation score above 1.
 *
 * @example
 * ```ts
 * import { createRewardWeights, judgeChange, scoreChange } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const run = (status: "pass" | "fail") => [{
 *   kind: "test" as const,
 *   toolchain: "deno",
 *   dir: ".",
 *   argv: [],
 *   ok: status === "pass",
 *   complete: true,
 *   counted: true,
 *   total: 1,
 *   passed: status === "pass" ? 1 : 0,
 *   failed: status === "pass" ? 0 : 1,
 *   skipped: 0,
 *   tests: [{ id: "a", name: "a", status }],
 *   problems: [],
 *   notes: [],
 *   ms: 1,
 *   exitCode: status === "pass" ? 0 : 1,
 * }];
 * const { components } = judgeChange({
 *   baseline: run("fail"),
 *   present: run("pass"),
 *   patch: "applied",
 *   lines: 0,
 * });
 * assert.equal(scoreChange(components!, createRewardWeights()).reward, 1);
 * ```
 */
export function judgeChange(change: Change): Judgement {
  const { baseline, present, patch, lines, tokens = 0, seconds = 0 } = change;
  const { tampered = [], flaky = [], mutationScore = 1 } = change;
  for (const [name, value] of Object.entries({ lines, tokens, seconds, mutationScore })) {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(`"${name}" is ${value}; expected a finite number from 0`);
    }
  }
  if (mutationScore > 1) {
    throw new RangeError(`"mutationScore" is ${mutationScore}; expected 1 at most`);
  }
  const groundless = problemsOf(baseline).map((problem) => `before the change: ${problem}`);
  if (groundless.length > 0) return { reasons: groundless };
  const tests = compareTests(baseline, present, { flaky });
  const f2p = share("f2p_fixed", tests.fixed, "f2p_of", tests.unfixed);
  const p2p = share("p2p_kept", tests.kept, "p2p_of", tests.broken);
  if (f2p === undefined && p2p === undefined) {
    return { reasons: ["before the change: all tests were skipped or are flaky"] };
  }
  const builds = buildsOf(baseline, present);
  const added = addedSuppressions(baseline, present);
  const reasons = [
    ...(patch === "failed" ? ["the patch could not be applied"] : []),
    ...(patch === "none" ? ["nothing was changed"] : []),
    ...tampered.map(({ path, how }) => `${path}, which grades the change, was ${how}`),
    ...problemsOf(present),
    ...builds.broken.map((what) => `${what}'s build broke`),
  ];
  return {
    tests,
    reasons,
    components: {
      gate: reasons.length === 0 ? 1 : 0,
      ...f2p,
      ...p2p,
      mutation: mutationScore,
      ...(builds.ok === undefined ? {} : { build: builds.ok ? 1 : 0 }),
      ...left("lint", ({ kind }) => kind === "lint", added.lint, change),
      ...left("types", checksTypes(baseline), added.types, change),
      tokens,
      seconds,
      lines,
    },
  };
}

function problemsOf(reports: readonly CheckReport[]): string[] {
  const tests = reports.filter(({ kind }) => kind === "test");
  if (tests.length === 0) return ["no tests were run"];
  return tests.map(reportProblem).filter((problem) => problem !== undefined);
}

function share<A extends string, B extends string>(
  good: A,
  solved: readonly string[],
  all: B,
  open: readonly string[],
): Record<A | B, number> | undefined {
  const of = solved.length + open.length;
  return of === 0 ? undefined : { [good]: solved.length, [all]: of } as Record<A | B, number>;
}

function buildsOf(baseline: readonly CheckReport[], present: readonly CheckReport[]) {
  const builds = (reports: readonly CheckReport[]) =>
    new Map(
      reports.filter(({ kind }) => kind === "build").map((one) => [
        `${one.toolchain} in ${one.dir}`,
        one.ok,
      ]),
    );
  const [before, now] = [builds(baseline), builds(present)];
  const broken = [...before].filter(([what, ok]) => ok && !now.get(what)).map(([what]) => what);
  if (before.size + now.size === 0) return { broken, ok: undefined };
  return { broken, ok: now.size >= before.size && [...now.values()].every(Boolean) };
}

/** Which reports tell of types: a type checker's, else those of builds that are one. */
function checksTypes(baseline: readonly CheckReport[]): (report: CheckReport) => boolean {
  return baseline.some(({ kind }) => kind === "types")
    ? ({ kind }) => kind === "types"
    : ({ kind, toolchain }) => kind === "build" && TYPE_BUILDS.has(toolchain);
}

/** Problems before and now; nothing where the baseline has none that can be read. */
function left(
  name: "lint" | "types",
  wanted: (report: CheckReport) => boolean,
  added: number,
  { baseline, present }: Change,
): Record<string, number> {
  const [before, now] = [baseline.filter(wanted), present.filter(wanted)];
  if (before.length === 0 || !before.every(({ complete }) => complete)) return {};
  const count = (reports: readonly CheckReport[]) =>
    reports.reduce((sum, { problems }) => sum + problems.length, 0);
  const known = before.every((old) =>
    now.some((one) =>
      one.toolchain === old.toolchain && one.dir === old.dir && one.complete &&
      (old.suppressions === undefined || one.suppressions !== undefined)
    )
  );
  return {
    [`${name}_before`]: count(before),
    ...(known ? { [`${name}_now`]: count(now) + added } : {}),
  };
}
