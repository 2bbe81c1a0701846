import { join as joinPath } from "node:path";
import {
  type Check,
  checkCommand,
  operand,
  type Reading,
  type ReadOutcome,
  type ReadSite,
} from "./_check.ts";
import type { TestStatus } from "../../core/check_report.ts";
import { type JunitCase, parseJunit } from "./_junit.ts";
import { headline, locate, locateAll, workspacePath } from "./_locate.ts";
import { pythonModule } from "./_python_program.ts";

/** Leaves nothing behind in the workspace. */
const QUIET = { PYTHONDONTWRITEBYTECODE: "1" };

/** pytest, read from its JUnit report. */
export const pytest: Check = {
  id: "pytest",
  kind: "test",
  get: "pip install pytest",
  command: checkCommand("Runs pytest", async ({ dir, targets, filter }, at) => {
    const { program, args } = await pythonModule(at, dir, "pytest");
    return {
      program,
      args: [
        ...args,
        `--junitxml=${joinPath(at.scratch, "junit.xml")}`,
        // xunit1 names the file and line of each test.
        "--override-ini=junit_family=xunit1",
        `--override-ini=cache_dir=${joinPath(at.scratch, "cache")}`,
        "--continue-on-collection-errors",
        "--tb=short",
        ...(filter ? [`-k=${filter}`] : []),
        ...targets.map(operand),
      ],
      env: QUIET,
      reports: ["junit.xml"],
    };
  }),
  absent: ({ code, stderr, reports }) =>
    code !== 0 && reports["junit.xml"] === undefined && /No module named .?pytest\b/.test(stderr),
  watch() {
    let total: number | undefined;
    return (line) => {
      const collected = /^collect(?:ed|ing).*?(\d+) items?/.exec(line);
      if (collected) total = Number(collected[1]);
      const percent = /^(\S+).*\[\s*(\d+)%\]$/.exec(line);
      if (!percent || total === undefined) return undefined;
      return { text: percent[1]!, done: Math.round(total * Number(percent[2]) / 100), total };
    };
  },
  async read({ reports, stdout }, site) {
    const report = await parseJunit(reports["junit.xml"] ?? "");
    if (!report) return { complete: false };
    // The report's own count has subtests in it; this line comes before any test runs.
    const [, all, selected] = /^collected (\d+) items?(?: \/ .*?(\d+) selected)?/m.exec(stdout) ??
      [];
    const planned = all === undefined ? undefined : Number(selected ?? all);
    return { tests: report.cases.map((one) => outcome(one, site)), planned };
  },
};

function outcome(one: JunitCase, site: ReadSite): ReadOutcome {
  const bad = one.status === "fail" || one.status === "error";
  const file = one.file === undefined ? undefined : workspacePath(one.file, site);
  const place = bad ? locate(one.detail, site) : undefined;
  // pytest counts lines from 0.
  const line = place?.file === file && place ? place.line : (one.line ?? -1) + 1;
  const module = (one.file ?? "").replace(/\.py$/, "").replaceAll("/", ".");
  const group = one.classname.startsWith(`${module}.`)
    ? one.classname.slice(module.length + 1)
    : one.classname === module
    ? ""
    : one.classname;
  return {
    ...(one.summary === "collection failure" && file ? { whole: `${file}::` } : {}),
    name: group === "" ? one.name : `${group.replaceAll(".", " > ")} > ${one.name}`,
    ...(file ? { file } : {}),
    ...(line > 0 ? { line } : {}),
    status: one.type === "pytest.xfail"
      ? "xfail"
      : bad && /^Failed: Timeout [(>]/.test(one.summary)
      ? "timeout"
      : one.status,
    ...(one.ms === undefined ? {} : { ms: one.ms }),
    ...(one.summary ? { message: withPlace(headline(messageOf(one)), one, file, site) } : {}),
  };
}

/** Puts where the exception was raised behind its first line, when that is not the test's file. */
function withPlace(
  message: string,
  { detail }: JunitCase,
  file: string | undefined,
  site: ReadSite,
): string {
  const frames = detail.split("\n").filter((line) => /^\S+:\d+: /.test(line)).join("\n");
  const last = locateAll(frames, site).at(-1);
  return last === undefined || last.file === file
    ? message
    : message.replace(/$/m, () => `\nat ${last.file}:${last.line}`);
}

/** A file that could not be collected says why in its traceback only. */
function messageOf({ summary, detail }: JunitCase): string {
  if (summary !== "collection failure") return summary;
  const said = detail.split("\n").filter((line) => line.startsWith("E ")).map((l) =>
    l.slice(1).trim()
  );
  return said.length > 0 ? said.join("\n") : detail;
}

const UNITTEST: Readonly<Record<string, TestStatus>> = {
  ok: "pass",
  FAIL: "fail",
  ERROR: "error",
  "expected failure": "xfail",
  "unexpected success": "fail",
};

/** unittest, which has no report but its verbose text: one line for each test, then the totals. */
export const unittest: Check = {
  id: "unittest",
  kind: "test",
  get: "install Python 3",
  command: checkCommand("Runs unittest", async ({ dir, targets, filter }, at) => {
    const { program, args } = await pythonModule(at, dir, "unittest");
    const modules = targets.map((path) => operand(path).replace(/\/$/, ""));
    return {
      program,
      args: [
        ...args,
        "--verbose",
        ...(filter ? [`-k=${filter}`] : []),
        // Without modules it discovers them.
        ...modules,
      ],
      env: QUIET,
    };
  }),
  watch() {
    let done = 0;
    return (line) => {
      const ended = / \.\.\. (?:ok|FAIL|ERROR|skipped|expected|unexpected)\b/.test(line);
      return ended ? { text: line.split(" ", 1)[0]!, done: ++done } : undefined;
    };
  },
  read: ({ stderr }, site) => readUnittest(stderr, site),
};

/** Reads the text of `python -m unittest --verbose`. */
export function readUnittest(text: string, site: ReadSite): Reading {
  const [results = "", ...details] = text.split(/^={70}$/m);
  const tests: ReadOutcome[] = [];
  const line =
    /^(\w+) \(([\w.<>]+)\)(?:\n.*?)?? \.\.\. (ok|FAIL|ERROR|expected failure|unexpected success|skipped .*)$/gm;
  for (const [, name, group, word] of results.matchAll(line)) {
    const shown = `: ${name} (${group})`;
    const detail = details.find((part) => part.trimStart().split("\n", 1)[0]?.endsWith(shown));
    const trace = detail?.replace(/^[\s\S]*?-{70}\n/, "").split(/\n-{70}\n/)[0] ?? "";
    const places = [...trace.matchAll(/File "([^"]+)", line (\d+)/g)]
      .map(([, file, at]) => ({ file: workspacePath(file!, site), line: Number(at) }))
      .filter((place) => place.file !== undefined);
    const place = places.at(-1);
    const full = group!.endsWith(`.${name}`) ? group! : `${group}.${name}`;
    const id = full.replace("unittest.loader._FailedTest.", "");
    tests.push({
      id,
      name: id,
      ...(full === id ? {} : { whole: `${id}.` }),
      ...(place?.file ? { file: place.file, line: place.line } : {}),
      status: UNITTEST[word!] ?? "skip",
      ...(trace ? { message: headline(trace.trim().split("\n").at(-1)!) } : {}),
    });
  }
  const total = /^Ran (\d+) tests? in /m.exec(text);
  const planned = total === null ? undefined : Number(total[1]);
  return { tests, planned, complete: planned === tests.length };
}
