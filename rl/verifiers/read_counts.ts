/** Tests counted by the words of a runner. */
export interface TestCounts {
  /** Tests that passed. */
  readonly passed: number;
  /** Failed tests and errors. */
  readonly failed: number;
  /** Skipped, ignored, pending, to do, and expected failures. */
  readonly skipped: number;
}

const COLOR = new RegExp("\u001b\\[[\\d;]*m", "g");

/** `3 passed`, `1 failed`, in whatever order a runner has them. */
const WORDS =
  /(\d+) (passed|failed|failures?|errors?|skipped|ignored|pending|todo|xfailed|xpassed)\b/g;

/**
 * Reads the summary that a runner prints for people: deno, pytest, jest, vitest, cargo, node (TAP
 * or spec) and `go test -v`. For commands without a machine report only; what a test prints can
 * look the same, so that nothing is rewarded fully by it.
 *
 * @returns undefined where there is no summary.
 *
 * @example
 * ```ts
 * import { readCounts } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(readCounts("FAILED | 3 passed | 1 failed | 2 ignored (5ms)"), {
 *   passed: 3,
 *   failed: 1,
 *   skipped: 2,
 * });
 * assert.equal(readCounts("all good"), undefined);
 * ```
 */
export function readCounts(output: string): TestCounts | undefined {
  const lines = output.replace(COLOR, "").split(/\r?\n/);
  return cargo(lines) ?? summary(lines) ?? node(lines) ?? go(lines);
}

/** Every binary and the doc tests have a line of their own: they are added up. */
function cargo(lines: readonly string[]): TestCounts | undefined {
  const totals = lines.filter((line) => /^test result: (?:ok|FAILED)\. \d+ passed;/.test(line));
  if (totals.length === 0) return undefined;
  return totals.map(countWords).reduce((a, b) => ({
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  }));
}

const SUMMARIES = [
  // deno
  /^(?:ok|FAILED) \| \d+ passed/,
  // pytest
  /^=* ?\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed)\b.* in [\d.]+ ?s/,
  // jest and vitest
  /^ *Tests:? +\d+ \w+/,
];

/** The last line in the form of one of them. */
function summary(lines: readonly string[]): TestCounts | undefined {
  const line = lines.findLast((line) => SUMMARIES.some((form) => form.test(line)));
  return line === undefined ? undefined : countWords(line);
}

function countWords(line: string): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, number, word] of line.matchAll(WORDS)) {
    if (word === "passed" || word === "xpassed") counts.passed += Number(number);
    else if (/^(?:fail|error)/.test(word!)) counts.failed += Number(number);
    else counts.skipped += Number(number);
  }
  return counts;
}

function node(lines: readonly string[]): TestCounts | undefined {
  const number = (word: string) => {
    const line = lines.findLast((line) => new RegExp(`^[#\u2139] ${word} \\d+$`).test(line));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  };
  const [passed, failed] = [number("pass"), number("fail")];
  if (passed === undefined || failed === undefined) return undefined;
  const skipped = (number("skipped") ?? 0) + (number("todo") ?? 0);
  return { passed, failed: failed + (number("cancelled") ?? 0), skipped };
}

function go(lines: readonly string[]): TestCounts | undefined {
  const count = (word: string) => lines.filter((line) => line.startsWith(`--- ${word}: `)).length;
  const counts = { passed: count("PASS"), failed: count("FAIL"), skipped: count("SKIP") };
  return counts.passed + counts.failed + counts.skipped === 0 ? undefined : counts;
}
