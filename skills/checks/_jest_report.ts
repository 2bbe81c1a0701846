import { z } from "zod";
import type { Reading, ReadOutcome, ReadSite } from "./_check.ts";
import type { TestStatus } from "../../core/check_report.ts";
import { headline, locate, workspacePath } from "./_locate.ts";
import { parseJson } from "./_parse_json.ts";

const Report = z.object({
  numTotalTests: z.number(),
  testResults: z.array(z.object({
    name: z.string(),
    status: z.string(),
    message: z.string().nullish(),
    assertionResults: z.array(z.object({
      ancestorTitles: z.array(z.string()),
      title: z.string(),
      status: z.string(),
      duration: z.number().nullish(),
      failureMessages: z.array(z.string()).nullish(),
      location: z.object({ line: z.number() }).nullish(),
    })),
  })),
});

const STATUS: Readonly<Record<string, TestStatus>> = { passed: "pass", failed: "fail" };

/**
 * Reads the JSON report of jest, which vitest writes too.
 *
 * @param text the report's text; undefined when none was written.
 */
export function readJestReport(text: string | undefined, site: ReadSite): Reading {
  const report = Report.safeParse(parseJson(text ?? ""));
  if (!report.success) return { complete: false };
  const tests = report.data.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = workspacePath(name, site) ?? name;
    if (assertionResults.length === 0 && status === "failed") {
      // The file did not even load.
      const whole = `${file}::`;
      return [failed({ id: file, name: file, file, status: "error", whole }, message ?? "", site)];
    }
    return assertionResults.map((one): ReadOutcome => {
      const base: ReadOutcome = {
        name: [...one.ancestorTitles, one.title].join(" > "),
        file,
        ...(one.location ? { line: one.location.line } : {}),
        status: STATUS[one.status] ?? "skip",
        ...(one.duration == null ? {} : { ms: Math.round(one.duration) }),
      };
      return base.status === "fail"
        ? failed(base, (one.failureMessages ?? []).join("\n"), site)
        : base;
    });
  });
  const counted = tests.filter(({ status }) => status !== "error").length;
  const planned = report.data.numTotalTests;
  return { tests, planned, complete: counted === planned };
}

/** As jest says it, and vitest: its report has the name of a stand-in where the message belongs. */
const TIMEOUT =
  /Exceeded timeout of \d+ ms for a|(?:Test|Hook) timed out in \d+ms|STACK_TRACE_ERROR/;

function failed(test: ReadOutcome, message: string, site: ReadSite): ReadOutcome {
  const place = locate(message, site);
  return {
    ...test,
    ...(TIMEOUT.test(message.slice(0, 2_000)) ? { status: "timeout" } : {}),
    ...(place?.file === test.file ? { line: place!.line } : {}),
    message: headline(message.replace(/^Error: STACK_TRACE_ERROR/, "timed out")),
  };
}
