import { join as joinPath } from "node:path";
import { z } from "zod";
import {
  type Check,
  checkCommand,
  operand,
  type Reading,
  type ReadOutcome,
  type ReadSite,
} from "./_check.ts";
import { readJestReport } from "./_jest_report.ts";
import { type JunitCase, parseJunit } from "./_junit.ts";
import { headline, locate, workspacePath } from "./_locate.ts";
import { notInstalled, npmArgs, scriptField } from "./_node_argv.ts";
import { parseJson } from "./_parse_json.ts";
import { literalPattern } from "./_literal_pattern.ts";

const GET = "run npm install in the project";

/** vitest, read from its JSON report. */
export const vitest: Check = {
  id: "vitest",
  kind: "test",
  get: GET,
  command: checkCommand("Runs vitest", (fields, { scratch }) => ({
    program: "npm",
    args: npmArgs(fields, "vitest", [
      "--run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${joinPath(scratch, "report.json")}`,
      ...(fields.filter ? [`--testNamePattern=${literalPattern(fields.filter)}`] : []),
      ...fields.targets.map(operand),
    ]),
    reports: ["report.json"],
  }), scriptField),
  absent: notInstalled,
  // One line for each file: `✓ a.test.ts (3 tests) 5ms`, `❯ b.test.ts (2 tests | 1 failed)`.
  watch: () => counting(/^ *[\u2713\u276f\u00d7\u2193] (\S+) \((\d+) tests?\b/),
  read: ({ reports }, site) => readJestReport(reports["report.json"], site),
};

/** jest, read from its JSON report. */
export const jest: Check = {
  id: "jest",
  kind: "test",
  get: GET,
  command: checkCommand("Runs jest", (fields, { scratch }) => ({
    program: "npm",
    args: npmArgs(fields, "jest", [
      "--json",
      `--outputFile=${joinPath(scratch, "report.json")}`,
      ...(fields.filter ? [`--testNamePattern=${literalPattern(fields.filter)}`] : []),
      // Without it jest takes operands for patterns.
      ...(fields.targets.length > 0 ? ["--runTestsByPath"] : []),
      ...fields.targets.map(operand),
    ]),
    reports: ["report.json"],
  }), scriptField),
  absent: notInstalled,
  watch: () => counting(/^(?:PASS|FAIL) (\S+)()/),
  read: ({ reports }, site) => readJestReport(reports["report.json"], site),
};

const MochaTest = z.object({
  fullTitle: z.string(),
  file: z.string().optional(),
  duration: z.number().optional(),
  err: z.object({ message: z.string().optional(), stack: z.string().optional() }).optional(),
});
const MochaReport = z.object({
  stats: z.object({ passes: z.number(), failures: z.number(), pending: z.number() }),
  passes: z.array(MochaTest),
  failures: z.array(MochaTest),
  pending: z.array(MochaTest),
});

const MOCHA_TIMEOUT = /^Timeout of \d+ms exceeded/;

/** mocha, read from its JSON report. */
export const mocha: Check = {
  id: "mocha",
  kind: "test",
  get: GET,
  command: checkCommand("Runs mocha", (fields, { scratch }) => ({
    program: "npm",
    args: npmArgs(fields, "mocha", [
      "--reporter=json",
      `--reporter-option=output=${joinPath(scratch, "report.json")}`,
      ...(fields.filter ? [`--fgrep=${fields.filter}`] : []),
      ...fields.targets.map(operand),
    ]),
    reports: ["report.json"],
  }), scriptField),
  absent: notInstalled,
  read({ reports }, site) {
    const report = MochaReport.safeParse(parseJson(reports["report.json"] ?? ""));
    if (!report.success) return { complete: false };
    const { stats, passes, failures, pending } = report.data;
    const tests = [
      ...passes.map((one) => mochaOutcome(one, "pass", site)),
      ...failures.map((one) => mochaOutcome(one, "fail", site)),
      ...pending.map((one) => mochaOutcome(one, "skip", site)),
    ];
    const planned = stats.passes + stats.failures + stats.pending;
    return { tests, planned, complete: tests.length === planned };
  },
};

function mochaOutcome(
  { fullTitle, file, duration, err }: z.infer<typeof MochaTest>,
  status: "pass" | "fail" | "skip",
  site: ReadSite,
): ReadOutcome {
  const trace = err?.stack ?? err?.message ?? "";
  const place = status === "fail" ? locate(trace, site) : undefined;
  const path = file === undefined ? place?.file : workspacePath(file, site);
  return {
    id: file === undefined ? fullTitle : `${path}::${fullTitle}`,
    name: fullTitle,
    ...(path ? { file: path } : {}),
    ...(place && place.file === path ? { line: place.line } : {}),
    status: status === "fail" && MOCHA_TIMEOUT.test(err?.message ?? "") ? "timeout" : status,
    ...(duration === undefined ? {} : { ms: duration }),
    ...(status === "fail" ? { message: headline(trace) } : {}),
  };
}

/** Node's own test runner, read from its JUnit report; its TAP goes to standard output. */
export const nodeTest: Check = {
  id: "node",
  kind: "test",
  get: "install Node.js 20 or newer",
  command: checkCommand("Runs node --test", (fields, { scratch }) => {
    const { script, targets, filter } = fields;
    const options = [
      "--test-reporter=junit",
      `--test-reporter-destination=${joinPath(scratch, "junit.xml")}`,
      "--test-reporter=tap",
      "--test-reporter-destination=stdout",
    ];
    const pattern = filter ? [`--test-name-pattern=${literalPattern(filter)}`] : [];
    if (script === undefined || targets.length > 0 || filter) {
      const args = ["--test", ...options, ...pattern, ...targets.map(operand)];
      return { program: "node", args, reports: ["junit.xml"] };
    }
    // Node takes what follows its operands for the script's: options reach it by the environment.
    return {
      program: "npm",
      args: ["run", "--silent", script],
      env: { NODE_OPTIONS: options.join(" ") },
      reports: ["junit.xml"],
    };
  }, scriptField),
  absent: (result) => result.code === 127,
  watch: () => counting(/^\s*(?:not )?ok \d+ - (.*?)()(?: #.*)?$/),
  async read({ reports, stdout }, site) {
    return await readNodeReport(reports["junit.xml"] ?? "", stdout, site);
  },
};

async function readNodeReport(xml: string, tap: string, site: ReadSite): Promise<Reading> {
  const report = await parseJunit(xml);
  if (!report) return { complete: false };
  // The last of these comments is the summary: tests may write others, but only before it.
  const count = [...xml.matchAll(/<!-- tests (\d+) -->/g)].at(-1)?.[1];
  return {
    tests: report.cases.map((one) => nodeOutcome(one, tap, site)),
    planned: count === undefined ? undefined : Number(count),
    complete: count !== undefined,
  };
}

function nodeOutcome(one: JunitCase, tap: string, site: ReadSite): ReadOutcome {
  const bad = one.status === "fail" || one.status === "error";
  // A file that ends without a report of its own is a test named by its path.
  const whole = one.name.startsWith("/") ||
    one.file !== undefined && one.suites.length === 0 && one.file.endsWith(`/${one.name}`);
  const crashed = bad && whole;
  const trace = crashed ? lastWords(one.name, tap) : one.detail;
  const place = bad ? locate(trace, site) : undefined;
  const file = whole ? workspacePath(one.file ?? one.name, site) : one.file ?? place?.file;
  const path = file === undefined ? undefined : workspacePath(file, { ...site, dir: "." });
  const name = [...one.suites, whole ? path ?? one.name : one.name].join(" > ");
  return {
    id: whole || one.file === undefined ? name : `${path}::${name}`,
    name,
    ...(path ? { file: path } : {}),
    ...(place && (crashed || place.file === path) ? { line: place.line } : {}),
    // Where no test has a file, none of them is known to be in this one.
    ...(crashed && one.file !== undefined ? { whole: `${path}::` } : {}),
    status: crashed ? "error" : one.type === "testTimeoutFailure" ? "timeout" : one.status,
    ...(one.ms === undefined ? {} : { ms: one.ms }),
    ...(bad ? { message: headline(errorIn(trace) ?? one.summary) } : {}),
  };
}

/** The error inside the runner's own wrapping, or at the end of what a crashed file printed. */
function errorIn(trace: string): string | undefined {
  const start = /(?:^ *cause: |^(?=\w*Error\b))([\s\S]*)/m.exec(trace)?.[1];
  return start?.split(/\n +(?:at |\}$)/m, 1)[0];
}

/** What a crashed file printed: the comments before its result in the TAP. */
function lastWords(file: string, tap: string): string {
  const lines = tap.split("\n");
  const end = lines.indexOf(`# Subtest: ${file}`);
  let start = Math.max(end, 0);
  while (start > 0 && lines[start - 1]!.startsWith("# ") && end - start < 60) start--;
  return lines.slice(start, Math.max(end, 0)).map((line) => line.slice(2)).join("\n");
}

function counting(pattern: RegExp): (line: string) => { text: string; done: number } | undefined {
  let done = 0;
  return (line) => {
    const match = pattern.exec(line);
    if (!match) return undefined;
    done += Number(match[2] || 1);
    return { text: match[1]!, done };
  };
}
