import { z } from "zod";
import type { Reading, ReadSite } from "./_check.ts";
import type { TestOutcome, TestStatus } from "./check_report.ts";
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
      return [failed({ name: file, file, status: "error" }, message ?? "", site)];
    }
    return assertionResults.map((one): TestOutcome => {
      const base: TestOutcome = {
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
  return { tests, complete: counted === report.data.numTotalTests };
}

function failed(test: TestOutcome, message: string, site: ReadSite): TestOutcome {
  const place = locate(message, site);
  return {
    ...test,
    ...(place?.file === test.file ? { line: place!.line } : {}),
    message: headline(message),
  };
}
