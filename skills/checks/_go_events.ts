import { posix } from "node:path";
import { z } from "zod";
import type { Reading, ReadOutcome, ReadSite } from "./_check.ts";
import type { TestStatus } from "../../core/check_report.ts";
import { headline, locate, locateAll, type Place, workspacePath } from "./_locate.ts";
import { parseJson } from "./_parse_json.ts";
import { readTextProblems } from "./_text_problems.ts";

const Event = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
  Output: z.string().optional(),
});

const STATUS: Readonly<Record<string, TestStatus>> = { pass: "pass", fail: "fail", skip: "skip" };

/**
 * Reads the events of `go test -json`. Subtests count instead of the test around them; a package
 * that does not build is one error.
 *
 * @param module the module's path, from go.mod: package paths begin with it.
 * @param stopped whether the run was ended at its time limit.
 */
export function readGoEvents(
  stdout: string,
  module: string,
  site: ReadSite,
  stopped = false,
): Reading {
  const tests = new Map<string, ReadOutcome & { parent: string | undefined }>();
  const output = new Map<string, string>();
  const started = new Set<string>();
  const packages = new Map<string, boolean>();
  const seen = new Set<string>();
  let build = "";
  for (const line of stdout.split("\n")) {
    const event = line.startsWith("{") ? Event.safeParse(parseJson(line)) : undefined;
    if (!event?.success) {
      build += `${line}\n`;
      continue;
    }
    const { Action: action, Package: pack = "", Test: test, Output: text } = event.data;
    const id = `${pack}\t${test ?? ""}`;
    if (pack !== "") seen.add(pack);
    if (action === "build-output") build += text ?? "";
    else if (action === "output") output.set(id, (output.get(id) ?? "") + text);
    else if (action === "run") started.add(id);
    else if (action in STATUS && test === undefined) packages.set(pack, action !== "fail");
    else if (action in STATUS) {
      const slash = test!.lastIndexOf("/");
      const seconds = event.data.Elapsed;
      tests.set(id, {
        ...outcome(pack, test!, STATUS[action]!, output.get(id) ?? ""),
        ...(seconds === undefined ? {} : { ms: Math.round(seconds * 1_000) }),
        parent: slash < 0 ? undefined : `${pack}\t${test!.slice(0, slash)}`,
      });
    }
  }
  const hung = [...started].filter((id) => !tests.has(id)).map((id): ReadOutcome => {
    const [pack, test] = id.split("\t");
    const said = output.get(id) ?? "";
    const late = stopped || /^panic: test timed out after /m.test(said);
    const status = late ? "timeout" : "error";
    return outcome(pack!, test!, status, said);
  });
  const parents = new Set([...tests.values()].map(({ parent }) => parent));
  const leaves = [...tests].filter(([id]) => !parents.has(id)).map(([, { parent: _, ...t }]) => t);
  const broken = [...packages]
    .filter(([pack, ok]) => !ok && ![...leaves, ...hung].some((t) => t.name.startsWith(`${pack} `)))
    .map(([pack]): ReadOutcome => ({
      name: pack,
      status: "error",
      message: headline(output.get(`${pack}\t`) ?? "the package failed"),
    }));
  return {
    tests: [...leaves, ...hung, ...broken].map((test) => {
      const [, pack, name] = /^(\S+)(?: (.*))?$/s.exec(test.name)!;
      const inside = `${pack === module ? "." : below(pack!)} > `;
      if (name === undefined) return { ...test, id: pack!, whole: inside };
      return { ...test, id: inside + name, name: pack === module ? name : inside + name };
    }),
    problems: readTextProblems({ stdout: build, stderr: "" }, site),
    // A package that ran says at last how it ended.
    complete: [...seen].every((pack) => packages.has(pack)),
  };

  function below(pack: string): string {
    return pack.startsWith(`${module}/`) ? pack.slice(module.length + 1) : pack;
  }

  function panicked(
    name: string,
    status: TestStatus,
    said: string,
    start: number,
  ): ReadOutcome {
    const { message, frames: [place] } = panicAt(said, start, site);
    const before = headline(said.slice(0, start), 2);
    return { name, ...place, status, message: before === "" ? message : `${message}\n${before}` };
  }

  function outcome(pack: string, test: string, status: TestStatus, text: string): ReadOutcome {
    const said = status === "pass" ? "" : spoken(text);
    const panic = /^(?:panic|fatal error): /m.exec(said);
    if (panic) return panicked(`${pack} ${test}`, status, said, panic.index);
    const named = /^\s*([\w-]+\.go):(\d+): /m.exec(said);
    const file = named &&
      workspacePath(posix.join(pack === module ? "." : below(pack), named[1]!), site);
    const place = file ? { file, line: Number(named![2]) } : locate(said, site);
    return {
      name: `${pack} ${test}`,
      ...place,
      status,
      ...(said.trim() === "" ? {} : { message: headline(said) }),
    };
  }
}

/** Own frames of a panic that are shown. */
const MAX_FRAMES = 4;

/** A panic says where only in its stack, most of which is Go's own. */
function panicAt(
  said: string,
  start: number,
  site: ReadSite,
): { message: string; frames: Place[] } {
  const [what = ""] = said.slice(start).split(/\n\s*\n|\ngoroutine /, 1);
  const frames = locateAll(said.slice(start + what.length), site).slice(0, MAX_FRAMES);
  const lines = frames.map(({ file, line }) => `at ${file}:${line}`);
  return { message: [headline(what, 3), ...lines].join("\n"), frames };
}

/** What a test printed, without the lines of the runner. */
function spoken(output: string): string {
  return output.split("\n").filter((line) => !/^\s*(?:===|---) /.test(line)).join("\n");
}
