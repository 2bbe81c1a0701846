import { posix } from "node:path";
import { z } from "zod";
import {
  type Check,
  checkCommand,
  type Choice,
  type Family,
  operand,
  readOptional,
} from "./_check.ts";
import type { CheckKind, Problem } from "./check_report.ts";
import { readGoEvents } from "./_go_events.ts";
import { workspacePath } from "./_locate.ts";
import { literalPattern } from "./_literal_pattern.ts";
import { parseJson } from "./_parse_json.ts";
import { readTextProblems } from "./_text_problems.ts";

const GET = "install Go from https://go.dev/dl";

/** `go test`, read from its JSON events. */
export const goTest: Check = {
  id: "go",
  kind: "test",
  get: GET,
  command: checkCommand("Runs go test", ({ targets, filter }) => ({
    program: "go",
    // Go matches each part of a subtest's path by itself.
    args: [
      "test",
      "-json",
      ...(filter ? [`-run=${filter.split("/").map(literalPattern).join("/")}`] : []),
      ...packages(targets),
    ],
  })),
  watch() {
    let done = 0;
    return (line) => {
      const ended = /"Action":"(?:pass|fail|skip)".*"Test":"([^"]+)"/.exec(line);
      return ended ? { text: ended[1]!, done: ++done } : undefined;
    };
  },
  async read({ stdout, stderr }, site) {
    const mod = await readOptional(site.files, site.dir, "go.mod") ?? "";
    const module = /^module\s+"?([^\s"]+)/m.exec(mod)?.[1] ?? "";
    const reading = readGoEvents(stdout, module, site);
    const older = readTextProblems({ stdout: "", stderr }, site);
    return { ...reading, problems: [...reading.problems ?? [], ...older] };
  },
};

const Vet = z.record(
  z.string(),
  z.record(
    z.string(),
    z.union([
      z.array(z.object({ posn: z.string(), message: z.string() })),
      z.object({ error: z.string() }),
    ]),
  ),
);

/** `go vet`, read from its JSON: one object for each package. */
export const goVet: Check = {
  id: "go",
  kind: "lint",
  get: GET,
  command: checkCommand("Runs go vet", ({ targets }) => ({
    program: "go",
    args: ["vet", "-json", ...packages(targets)],
  })),
  read({ stdout, stderr }, site) {
    const problems: Problem[] = readTextProblems({ stdout: "", stderr }, site);
    // Older Go writes the objects to standard error, each after a `# package` line.
    for (const part of `${stdout}\n${stderr}`.split(/^(?=\{)|^#.*$/m)) {
      const report = Vet.safeParse(parseJson(part));
      if (!report.success) continue;
      for (const [rule, found] of Object.values(report.data).flatMap(Object.entries)) {
        if (!Array.isArray(found)) continue;
        for (const { posn, message } of found) {
          const [, path, line, col] = /^(.*?):(\d+):(\d+)$/.exec(posn) ?? [];
          problems.push({
            file: workspacePath(path ?? posn, site) ?? path ?? posn,
            line: Number(line ?? 0),
            col: Number(col ?? 0),
            rule,
            severity: "error",
            message,
          });
        }
      }
    }
    return { problems, failed: problems.length > 0 };
  },
};

/** `go build`, without keeping what it builds. */
export const goBuild: Check = {
  id: "go",
  kind: "build",
  get: GET,
  command: checkCommand("Runs go build", ({ targets }) => ({
    program: "go",
    args: ["build", "-o=/dev/null", ...packages(targets)],
  })),
  read: (result, site) => ({ problems: readTextProblems(result, site) }),
};

/** Projects with a go.mod. */
export const go: Family = {
  name: "go",
  markers: ["go.mod"],
  endings: ["go"],
  choices(kind: CheckKind): Promise<Choice[]> {
    const check = { test: goTest, lint: goVet, build: goBuild }[kind];
    return Promise.resolve([{ check }]);
  },
};

/** Go takes packages, which are folders: a file stands for the one it is in. */
function packages(targets: readonly string[]): string[] {
  if (targets.length === 0) return ["./..."];
  const folders = targets.map((path) => {
    const folder = path.endsWith(".go") ? posix.dirname(path) : path;
    return path.endsWith(".go") ? `./${folder}` : `${operand(folder)}/...`;
  });
  return [...new Set(folders)];
}
