import type { CheckReport, TestStatus } from "../../core/check_report.ts";

const EMPTY: CheckReport = {
  kind: "test",
  toolchain: "deno",
  dir: ".",
  argv: [],
  ok: true,
  complete: true,
  counted: true,
  total: 0,
  passed: 0,
  failed: 0,
  skipped: 0,
  tests: [],
  problems: [],
  notes: [],
  ms: 1,
  exitCode: 0,
};

/** A report of tests, `{ a: "pass", b: "fail" }`, with counts and exit code that fit. */
export function testReport(
  statuses: Readonly<Record<string, TestStatus>>,
  more: Partial<CheckReport> = {},
): CheckReport {
  const all = Object.values(statuses);
  const count = (...wanted: TestStatus[]) => all.filter((one) => wanted.includes(one)).length;
  const failed = count("fail", "error", "timeout");
  return {
    ...EMPTY,
    ok: failed === 0,
    total: all.length,
    passed: count("pass"),
    failed,
    skipped: count("skip", "xfail"),
    tests: Object.entries(statuses).map(([id, status]) => ({ id, name: id, status })),
    exitCode: failed === 0 ? 0 : 1,
    ...more,
  };
}

/** A report of a lint, build or type check with so many problems. */
export function problemReport(
  kind: "lint" | "build" | "types",
  problems: number,
  more: Partial<CheckReport> = {},
): CheckReport {
  return {
    ...EMPTY,
    kind,
    counted: false,
    ok: problems === 0,
    problems: Array.from({ length: problems }, (_, line) => ({
      file: "a.ts",
      line,
      col: 1,
      severity: "error" as const,
      message: "no",
    })),
    exitCode: problems === 0 ? 0 : 1,
    ...more,
  };
}

/** Comments that silence, of these kinds. */
export function suppressions(...kinds: string[]): Pick<CheckReport, "suppressions"> {
  return { suppressions: kinds.map((kind, line) => ({ file: "a.ts", line, kind })) };
}
