import type { Files } from "../../core/workspace/files.ts";
import {
  type AskedKind,
  type Check,
  checkCommand,
  type Choice,
  type Family,
  join,
  type ReadOutcome,
  type ReadSite,
} from "./_check.ts";
import type { Problem } from "../../core/check_report.ts";
import { type JunitCase, parseJunit } from "./_junit.ts";
import { headline, workspacePath } from "./_locate.ts";
import type { ProgramResult } from "../../core/command.ts";

const GET = "install Apache Maven";

/** File times are no finer than this. Milliseconds. */
const CLOCK_SLACK_MS = 2_000;

/** `mvn test`, read from the reports Surefire leaves in each module's target folder. */
export const mavenTest: Check = {
  id: "maven",
  kind: "test",
  get: GET,
  command: checkCommand("Runs mvn test", ({ targets, filter }) => {
    const names = [...targets.flatMap(className), ...(filter ? [`*${filter}*`] : [])];
    return {
      program: "mvn",
      args: [
        "--batch-mode",
        "--no-transfer-progress",
        "--fail-at-end",
        ...(names.length > 0 ? [`-Dtest=${names.join(",")}`] : []),
        "test",
      ],
    };
  }),
  watch() {
    let done = 0;
    return (line) => {
      const ran = /Tests run: (\d+),.*Time elapsed/.exec(line);
      if (ran) done += Number(ran[1]);
      const running = /Running ([\w.$]+)/.exec(line);
      return ran || running ? { text: running?.[1] ?? "testing", done } : undefined;
    };
  },
  async read(result, site) {
    const since = Date.now() - result.ms - CLOCK_SLACK_MS;
    const tests: ReadOutcome[] = [];
    let complete = true;
    for (const module of await modules(site.files, site.dir)) {
      const folder = join(module, "target/surefire-reports");
      for (const path of await freshReports(site.files, folder, since)) {
        const report = await parseJunit(await site.files.readText(path));
        const cases = report?.cases ?? [];
        if (!report || cases.length < (report.planned ?? 0)) complete = false;
        const outcomes = cases.map((one) => outcome(one, module, site));
        tests.push(...await Promise.all(outcomes));
      }
    }
    return { tests, complete, problems: mavenProblems(result, site) };
  },
};

/** `mvn compile`, tests included: its errors are lines of text. */
export const mavenBuild: Check = {
  id: "maven",
  kind: "build",
  get: GET,
  command: checkCommand("Runs mvn test-compile", () => ({
    program: "mvn",
    args: ["--batch-mode", "--no-transfer-progress", "--quiet", "test-compile"],
  })),
  read: (result, site) => ({ problems: mavenProblems(result, site) }),
};

/** Projects with a pom.xml. */
export const maven: Family = {
  name: "maven",
  markers: ["pom.xml"],
  endings: ["java"],
  choices(kind: AskedKind): Promise<Choice[]> {
    const check = { test: mavenTest, build: mavenBuild, lint: undefined }[kind];
    return Promise.resolve(check ? [{ check }] : []);
  },
};

/** A test file's class name; Surefire finds its package. */
function className(path: string): string[] {
  const name = /([\w$]+)\.java$/.exec(path)?.[1];
  return name === undefined ? [] : [name];
}

/** The folder and those of its subfolders that are modules. */
async function modules(files: Files, dir: string): Promise<string[]> {
  const found = [dir];
  for (const { name, kind, link } of await files.list(dir)) {
    if (kind !== "folder" || link || name.startsWith(".")) continue;
    const pom = await files.info(join(join(dir, name), "pom.xml")).catch(() => undefined);
    if (pom?.kind === "file") found.push(join(dir, name));
  }
  return found;
}

/** Reports of this run: those of earlier ones lie in the same folder. */
async function freshReports(files: Files, folder: string, since: number): Promise<string[]> {
  const names = await files.list(folder).catch(() => []);
  const paths = names.map(({ name }) => name)
    .filter((name) => /^TEST-.*\.xml$/.test(name)).map((name) => join(folder, name));
  const infos = await Promise.all(paths.map((path) => files.info(path)));
  return paths.filter((_, i) => infos[i]!.mtime >= since);
}

async function outcome(one: JunitCase, module: string, site: ReadSite): Promise<ReadOutcome> {
  const bad = one.status === "fail" || one.status === "error";
  const top = one.classname.split("$")[0]!;
  const path = join(module, `src/test/java/${top.replaceAll(".", "/")}.java`);
  const file = await site.files.info(path).then(() => path, () => undefined);
  const simple = top.split(".").at(-1);
  const frame = bad ? new RegExp(`\\(${simple}\\.java:(\\d+)\\)`).exec(one.detail) : null;
  const name = `${one.classname} > ${one.name}`;
  return {
    id: name,
    name,
    ...(file ? { file } : {}),
    ...(file && frame ? { line: Number(frame[1]) } : {}),
    status: bad && /Time(?:dOut|out)Exception$/.test(one.type) ? "timeout" : one.status,
    ...(one.ms === undefined ? {} : { ms: one.ms }),
    ...(one.summary || one.detail ? { message: headline(one.summary || one.detail) } : {}),
  };
}

function mavenProblems({ stdout }: ProgramResult, site: ReadSite): Problem[] {
  const problems = new Map<string, Problem>();
  const form = /^\[(ERROR|WARNING)\] (\/.*?\.\w+):\[(\d+),(\d+)\] (.*)$/gm;
  for (const [line, level, path, row, col, message] of stdout.matchAll(form)) {
    problems.set(line, {
      file: workspacePath(path!, site) ?? path!,
      line: Number(row),
      col: Number(col),
      severity: level === "ERROR" ? "error" : "warning",
      message: message!.replace(/^error: /, ""),
    });
  }
  return [...problems.values()];
}
