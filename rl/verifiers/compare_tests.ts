import type { CheckReport, TestOutcome, TestStatus } from "../../core/check_report.ts";

/** What became of the tests of a baseline run; each list holds the keys of {@linkcode testKey}. */
export interface TestComparison {
  /** Failed before, pass now. */
  readonly fixed: readonly string[];
  /** Failed before, do not pass now. */
  readonly unfixed: readonly string[];
  /** Passed before, pass now. */
  readonly kept: readonly string[];
  /** Passed before, do not pass now. */
  readonly broken: readonly string[];
  /** Of `unfixed` and `broken`: those that are gone. */
  readonly missing: readonly string[];
  /** Of `unfixed` and `broken`: those that are skipped now, or expected to fail. */
  readonly silenced: readonly string[];
}

/** Options of {@linkcode compareTests}. */
export interface CompareTestsOptions {
  /** Keys that count on neither side: see {@linkcode majorityReport}. Default none. */
  readonly flaky?: Iterable<string>;
}

/** Names a test among those of several reports. */
export function testKey({ toolchain, dir }: CheckReport, { id }: Pick<TestOutcome, "id">): string {
  return `${toolchain} ${dir} ${id}`;
}

/**
 * Compares tests with those of a baseline run. A test that is gone counts as failed, and so does
 * one that is skipped or expected to fail now and was not before; tests skipped before are left out
 * on both sides, and new tests earn nothing. A file that did not load is fixed when all the tests
 * in it pass that run, and at least one does.
 *
 * FAIL_TO_PASS and PASS_TO_PASS are those of Jimenez et al., "SWE-bench" (2024), section 2.
 *
 * @param baseline reports of the run before the change.
 * @param present reports of the run after it.
 *
 * @example
 * ```ts
 * import { compareTests, testKey } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const run = (a: "pass" | "fail", b: "pass" | "skip") => ({
 *   kind: "test" as const,
 *   toolchain: "deno",
 *   dir: ".",
 *   argv: [],
 *   ok: a === "pass",
 *   complete: true,
 *   counted: true,
 *   total: 2,
 *   passed: 1,
 *   failed: 1,
 *   skipped: 0,
 *   tests: [{ id: "a", name: "a", status: a }, { id: "b", name: "b", status: b }],
 *   problems: [],
 *   notes: [],
 *   ms: 1,
 *   exitCode: 1,
 * });
 * const before = run("fail", "pass");
 * const compared = compareTests([before], [run("pass", "skip")]);
 * assert.deepEqual(compared.fixed, [testKey(before, { id: "a" })]);
 * assert.deepEqual(compared.silenced, [testKey(before, { id: "b" })]);
 * ```
 */
export function compareTests(
  baseline: readonly CheckReport[],
  present: readonly CheckReport[],
  { flaky = [] }: CompareTestsOptions = {},
): TestComparison {
  const now = new Map(entries(present));
  const before = new Map(entries(baseline));
  const shadowed = more(before.keys(), now.keys());
  const left = new Set(flaky);
  const lists = {
    fixed: [] as string[],
    unfixed: [] as string[],
    kept: [] as string[],
    broken: [] as string[],
    missing: [] as string[],
    silenced: [] as string[],
  };
  for (const [key, { test, report }] of before) {
    const { status } = test;
    if (left.has(key) || status === "skip" || status === "xfail") continue;
    const found = statusOf(key, now, shadowed);
    const passes = found === "pass" || (found === undefined && loads(report, test, now));
    lists[status === "pass" ? passes ? "kept" : "broken" : passes ? "fixed" : "unfixed"].push(key);
    if (found === "skip" || found === "xfail") lists.silenced.push(key);
    else if (found === undefined && !passes) lists.missing.push(key);
  }
  return lists;
}

/** Tests of one name in one file are numbered in the order in which they came. */
function nameOf(key: string): string {
  return key.replace(/ #\d+$/, "");
}

/** Names that more tests have now than before: a new one may stand where the old one stood. */
function more(before: Iterable<string>, now: Iterable<string>): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const key of before) counts.set(nameOf(key), (counts.get(nameOf(key)) ?? 0) - 1);
  for (const key of now) counts.set(nameOf(key), (counts.get(nameOf(key)) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > 0).map(([name]) => name));
}

/** Of a name that more tests have now, the worst of them counts. */
function statusOf(
  key: string,
  now: ReadonlyMap<string, Entry>,
  shadowed: ReadonlySet<string>,
): TestStatus | undefined {
  const own = now.get(key)?.test.status;
  const name = nameOf(key);
  if (own !== "pass" || !shadowed.has(name)) return own;
  return [...now].find(([other, { test }]) => nameOf(other) === name && test.status !== "pass")
    ?.[1].test.status ?? own;
}

interface Entry {
  readonly test: TestOutcome;
  readonly report: CheckReport;
}

function* entries(reports: readonly CheckReport[]): Generator<[string, Entry]> {
  for (const report of reports) {
    if (report.kind !== "test") continue;
    for (const test of report.tests) yield [testKey(report, test), { test, report }];
  }
}

/** Whether what could not be loaded before now runs, and all in it passes. */
function loads(
  { toolchain, dir }: CheckReport,
  { whole }: TestOutcome,
  now: ReadonlyMap<string, Entry>,
): boolean {
  if (whole === undefined) return false;
  const inside = [...now.values()].filter(({ report, test }) =>
    report.toolchain === toolchain && report.dir === dir && test.id.startsWith(whole)
  ).map(({ test }) => test.status);
  return inside.includes("pass") &&
    inside.every((status) => status === "pass" || status === "skip" || status === "xfail");
}
