import { join as joinPath } from "node:path";
import { z } from "zod";
import type { ProgramResult } from "../../core/command.ts";
import type { Progress } from "../../core/tool.ts";
import type { Files } from "../../core/workspace/files.ts";
import {
  type AskedKind,
  type Check,
  checkCommand,
  type Choice,
  type Family,
  operand,
  type Reading,
  readOptional,
  type ReadOutcome,
  type ReadSite,
} from "./_check.ts";
import type { Problem } from "../../core/check_report.ts";
import { type JunitCase, parseJunit } from "./_junit.ts";
import { headline, locate, workspacePath } from "./_locate.ts";
import { parseJson } from "./_parse_json.ts";
import { parseJsonc } from "./_parse_jsonc.ts";

const GET = "install Deno 2 from https://deno.com";

/** `deno test`, read from its JUnit report. */
export const denoTest: Check = {
  id: "deno",
  kind: "test",
  get: GET,
  command: checkCommand("Runs deno test", ({ targets, filter, task }, { scratch }) => ({
    program: "deno",
    args: [
      // The task may name files of its own; targets are to replace them.
      ...(task && targets.length === 0 ? ["task", "test"] : ["test", "-A"]),
      `--junit-path=${joinPath(scratch, "junit.xml")}`,
      ...(filter ? [`--filter=${filter}`] : []),
      ...targets.map(operand),
    ],
    reports: ["junit.xml"],
  }), { task: z.boolean().describe("through the project's test task") }),
  watch: watchDeno,
  async read(result, site) {
    const report = await parseJunit(result.reports["junit.xml"] ?? "");
    const problems = typeErrors(result.stderr, site);
    if (!report) return { problems, complete: false };
    const { cases, planned } = report;
    const known = outcomes(cases, site);
    const tests = [...known, ...unloaded(result.stdout, site)];
    // Steps are announced too, but belong to their tests.
    const steps = cases.length - known.length;
    return { tests, problems, planned: planned === undefined ? undefined : planned - steps };
  },
};

/** `deno lint`, read from its JSON. */
export const denoLint: Check = {
  id: "deno",
  kind: "lint",
  get: GET,
  command: checkCommand("Runs deno lint", ({ targets }) => ({
    program: "deno",
    args: ["lint", "--json", ...targets.map(operand)],
  })),
  read: readLint,
};

/** `deno check`: type errors have no machine form, their text does not change. */
export const denoCheck: Check = {
  id: "deno",
  kind: "build",
  get: GET,
  command: checkCommand("Runs deno check", ({ targets }) => ({
    program: "deno",
    args: ["check", ...targets.map(operand)],
  })),
  read: (result, site) => ({ problems: typeErrors(result.stderr, site) }),
};

/** Projects with a deno.json. */
export const deno: Family = {
  name: "deno",
  markers: ["deno.json", "deno.jsonc"],
  endings: ["ts", "tsx", "js", "jsx", "mts", "mjs"],
  async choices(kind: AskedKind, dir: string, files: Files): Promise<Choice[]> {
    if (kind === "lint") return [{ check: denoLint }];
    if (kind === "build") return [{ check: denoCheck }];
    return [{ check: denoTest, fields: { task: await hasTestTask(files, dir) } }];
  },
};

/** Whether the project's test task ends in `deno test`, so that our flags reach it. */
async function hasTestTask(files: Files, dir: string): Promise<boolean> {
  const text = await readOptional(files, dir, "deno.json") ??
    await readOptional(files, dir, "deno.jsonc");
  const parsed = z.object({
    tasks: z.object({
      test: z.union([z.string(), z.object({ command: z.string() }).transform((o) => o.command)]),
    }),
  }).safeParse(await parseJsonc(text ?? ""));
  return parsed.success && /^[^|;&]*(&&[^|;&]*)*$/.test(parsed.data.tasks.test) &&
    /(^|&&)\s*deno test\b[^&]*$/.test(parsed.data.tasks.test);
}

function watchDeno(): (line: string) => Progress | undefined {
  let total = 0;
  let done = 0;
  return (line) => {
    const announced = /^running (\d+) tests? from (.+)/.exec(line);
    if (announced) {
      total += Number(announced[1]);
      return { text: announced[2]!, done, total };
    }
    // Steps are indented; a test that printed something ends with its name once more.
    const ended = /^(\S.*?) \.\.\. (?:.*\s)?(?:ok|FAILED|ignored)\b.*\(\S+\)$/.exec(line);
    return ended ? { text: ended[1]!, done: Math.min(++done, total), total } : undefined;
  };
}

/** Modules that threw while they were loaded: the report does not know them. */
function unloaded(stdout: string, site: ReadSite): ReadOutcome[] {
  return [...stdout.matchAll(/^Uncaught error from (\S+) FAILED$/gm)].flatMap(([, path]) => {
    const file = workspacePath(path!, site);
    if (file === undefined) return [];
    const said = stdout.split(`\n${path} (uncaught error)\n`)[1]?.split("\n\n")[0] ?? "";
    const message = headline(said.split("\nThis error was not caught")[0]!);
    return [{ id: file, name: file, file, status: "error", message, whole: `${file}::` }];
  });
}

/** Deno lists steps as cases of their own, named `test > step`: they belong to their test. */
function outcomes(cases: readonly JunitCase[], site: ReadSite): ReadOutcome[] {
  const tests: ReadOutcome[] = [];
  const names = new Set<string>();
  let last: JunitCase | undefined;
  for (const one of cases) {
    const suite = one.suites.at(-1) ?? "";
    const step = last !== undefined && last.suites.at(-1) === suite &&
      one.name.startsWith(`${last.name} > `);
    if (!step) {
      last = one;
      names.add(one.name);
      tests.push(outcome(one, suite, site));
    } else if (
      one.status === "fail" && /^\d+ test steps? failed/.test(tests.at(-1)!.message ?? "")
    ) {
      const failed = outcome(one, suite, site);
      tests[tests.length - 1] = {
        ...tests.at(-1)!,
        ...failed,
        name: last!.name,
        message: `${one.name}: ${failed.message}`,
      };
    }
  }
  return tests;
}

function outcome(one: JunitCase, suite: string, site: ReadSite): ReadOutcome {
  const place = one.status === "fail" || one.status === "error"
    ? locate(one.detail, site)
    : undefined;
  const file = workspacePath(suite, site);
  // The place of the failure counts only in the test's own file: elsewhere it is a helper.
  const line = place?.file === file ? place?.line : one.line;
  return {
    name: one.name,
    ...(file ? { file } : {}),
    ...(line ? { line } : {}),
    status: one.status,
    ...(one.ms === undefined ? {} : { ms: one.ms }),
    ...(one.detail ? { message: headline(one.detail) } : {}),
  };
}

function typeErrors(stderr: string, site: ReadSite): Problem[] {
  const problems: Problem[] = [];
  let open: { rule: string; message: string } | undefined;
  for (const line of stderr.split("\n")) {
    const head = /^(TS\d+) \[ERROR\]: (.*)/.exec(line);
    if (head) open = { rule: head[1]!, message: head[2]! };
    const at = /^\s+at (file:\/\/\S+):(\d+):(\d+)$/.exec(line);
    if (!at || !open) continue;
    const file = workspacePath(at[1]!, site) ?? at[1]!;
    problems.push({ file, line: Number(at[2]), col: Number(at[3]), ...open, severity: "error" });
    open = undefined;
  }
  return problems;
}

const LintReport = z.object({
  diagnostics: z.array(z.object({
    filename: z.string(),
    range: z.object({ start: z.object({ line: z.number(), col: z.number() }) }).optional(),
    message: z.string(),
    code: z.string(),
  })),
  errors: z.array(z.object({ file_path: z.string(), message: z.string() })),
});

function readLint(result: ProgramResult, site: ReadSite): Reading {
  const report = LintReport.safeParse(parseJson(result.stdout));
  if (!report.success) return { complete: false };
  const diagnostics = report.data.diagnostics.map(({ filename, range, message, code }) => ({
    file: workspacePath(filename, site) ?? filename,
    line: range?.start.line ?? 0,
    col: range ? range.start.col + 1 : 0,
    rule: code,
    severity: "error" as const,
    message,
  }));
  const errors = report.data.errors.map(({ file_path, message }) => ({
    file: workspacePath(file_path, site) ?? file_path,
    line: 0,
    col: 0,
    severity: "error" as const,
    message,
  }));
  return { problems: [...diagnostics, ...errors] };
}
