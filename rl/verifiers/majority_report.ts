import type { CheckReport, TestOutcome, TestStatus } from "../../core/check_report.ts";
import { testKey } from "./compare_tests.ts";

/** Several runs as one. */
export interface MajorityReport {
  /** Each test as most of the runs had it. */
  readonly report: CheckReport;
  /** Keys of the tests that did not end alike in all of them. */
  readonly flaky: readonly string[];
}

/**
 * Takes the majority of several runs of the same tests, without a change between. Take the flaky
 * ones of the *baseline* out of the reward: those of the present run must stay in, or a change
 * could make a test flaky to be rid of it.
 *
 * A test without a majority counts as failed, and so does one that most runs do not have. The
 * result is complete when all runs are.
 *
 * @param runs an odd number of them, three as a rule.
 * @throws {RangeError} when the number is even or they are reports of different checks.
 *
 * @example
 * ```ts
 * import { majorityReport } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const run = (status: "pass" | "fail") => ({
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
 * });
 * const { report, flaky } = majorityReport([run("pass"), run("fail"), run("pass")]);
 * assert.equal(report.tests[0]?.status, "pass");
 * assert.deepEqual(flaky, ["deno . a"]);
 * ```
 */
export function majorityReport(runs: readonly CheckReport[]): MajorityReport {
  const first = runs[0];
  if (first === undefined || runs.length % 2 === 0) {
    throw new RangeError(`${runs.length} runs; give an odd number of them, such as 3`);
  }
  const other = runs.find((run) =>
    run.kind !== first.kind || run.toolchain !== first.toolchain || run.dir !== first.dir
  );
  if (other) {
    throw new RangeError(
      `runs of ${first.toolchain} in ${first.dir} and of ${other.toolchain} in ${other.dir}: ` +
        "give runs of one check",
    );
  }
  const ids = new Map<string, TestOutcome[]>();
  for (const test of runs.flatMap((run) => run.tests)) {
    const all = ids.get(test.id);
    if (all) all.push(test);
    else ids.set(test.id, [test]);
  }
  const flaky: string[] = [];
  const tests = [...ids].map(([id, all]): TestOutcome => {
    const statuses = new Set(all.map(({ status }) => status));
    if (statuses.size > 1 || all.length !== runs.length) flaky.push(testKey(first, { id }));
    const most = [...statuses].find((status) =>
      all.filter((one) => one.status === status).length > runs.length / 2
    );
    return most === undefined
      ? { ...all[0]!, status: "fail" }
      : all.find(({ status }) => status === most)!;
  });
  const count = (...wanted: TestStatus[]) =>
    tests.filter(({ status }) => wanted.includes(status)).length;
  const failed = count("fail", "error", "timeout");
  const complete = runs.every((run) => run.complete);
  // Behind flaky failures that were outvoted, an end that no test explains must still show.
  const bad = runs.find((run) => run.exitCode !== 0 && (failed > 0 || run.failed === 0));
  return {
    report: {
      ...first,
      ok: complete && failed === 0 && count("pass") > 0,
      complete,
      counted: runs.every((run) => run.counted),
      total: tests.length,
      passed: count("pass"),
      failed,
      skipped: count("skip", "xfail"),
      tests,
      ms: runs.reduce((sum, { ms }) => sum + ms, 0),
      exitCode: bad ? bad.exitCode : failed > 0 ? 1 : 0,
    },
    flaky,
  };
}
