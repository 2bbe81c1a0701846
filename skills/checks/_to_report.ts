import type { ProgramResult } from "../../core/command.ts";
import type { Check, Reading, ReadOutcome } from "./_check.ts";
import type { CheckReport, TestOutcome, TestStatus } from "../../core/check_report.ts";

/** How tests end that count as failed. */
export const FAILED: readonly TestStatus[] = ["fail", "error", "timeout"];

/**
 * Judges what a check's reader found by the way the program ended.
 *
 * @param dir folder it ran in, relative to the workspace's root.
 */
export function toReport(
  dir: string,
  check: Check,
  result: ProgramResult,
  reading: Reading,
): CheckReport {
  const { problems = [], notes = [], planned, failed: bad = false } = reading;
  const tests = withIds(reading.tests ?? []);
  const count = (...wanted: TestStatus[]) =>
    tests.filter(({ status }) => wanted.includes(status)).length;
  const passed = count("pass");
  const failed = count(...FAILED);
  const isTest = check.kind === "test";
  const complete = reading.complete !== false && tests.length >= (planned ?? 0);
  const counted = isTest && check.exitCodeOnly !== true && (complete || tests.length > 0);
  const ran = !isTest || check.exitCodeOnly === true || passed + failed > 0;
  // Where the output is the report, what was cut out of it may be what matters.
  const cut = result.truncated && Object.keys(result.reports).length === 0;
  return {
    kind: check.kind,
    toolchain: check.id,
    dir,
    argv: result.argv,
    ok: result.code === 0 && complete && ran && failed === 0 && !bad,
    complete: complete && !cut && result.code !== null && !result.timedOut,
    counted,
    ...(planned === undefined ? {} : { planned }),
    total: tests.length,
    passed,
    failed,
    skipped: count("skip", "xfail"),
    tests,
    problems,
    notes: [
      ...notes,
      ...doubts(check, result, {
        complete,
        ran,
        any: tests.length > 0,
        broken: problems.length > 0,
      }),
    ],
    ms: result.ms,
    exitCode: result.code,
  };
}

/** Gives each test an id; those of one file and name are numbered, in the order they came. */
function withIds(tests: readonly ReadOutcome[]): TestOutcome[] {
  const seen = new Map<string, number>();
  return tests.map((test) => {
    const base = test.id ?? (test.file === undefined ? test.name : `${test.file}::${test.name}`);
    const nth = (seen.get(base) ?? 0) + 1;
    seen.set(base, nth);
    return { ...test, id: nth === 1 ? base : `${base} #${nth}` };
  });
}

function doubts(
  check: Check,
  { code, signal, timedOut, ms }: ProgramResult,
  { complete, ran, any, broken }: Record<"complete" | "ran" | "any" | "broken", boolean>,
): string[] {
  if (timedOut) return [`stopped at the time limit, after ${Math.round(ms / 1_000)} s`];
  if (signal) return [`ended by ${signal}`];
  if (!complete) {
    if (any) return ["the report is not complete"];
    return [broken ? "no test ran" : `${check.id} left no report that could be read`];
  }
  if (!ran) return [any ? "all tests were skipped: no test ran" : "no test ran"];
  if (check.exitCodeOnly && check.kind === "test") {
    return [`${check.id} says only how it ended (exit code ${code}): no tests were counted`];
  }
  return [];
}
