import { z } from "zod";
import type { Files } from "../../core/workspace/files.ts";
import {
  type AskedKind,
  type Check,
  checkCommand,
  type Choice,
  type Family,
  readOptional,
} from "./_check.ts";
import type { Problem } from "../../core/check_report.ts";
import { readGoEvents } from "./_go_events.ts";
import { packages } from "./_go_packages.ts";
import { golangciChoice } from "./_golangci.ts";
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
  async read({ stdout, stderr, truncated, timedOut }, site) {
    const mod = await readOptional(site.files, site.dir, "go.mod") ?? "";
    const module = /^module\s+"?([^\s"]+)/m.exec(mod)?.[1] ?? "";
    const reading = readGoEvents(stdout, module, site, timedOut);
    const older = readTextProblems({ stdout: "", stderr }, site);
    const complete = reading.complete === true && !truncated;
    return { ...reading, complete, problems: [...reading.problems ?? [], ...older] };
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
  async choices(kind: AskedKind, dir: string, files: Files): Promise<Choice[]> {
    const check = { test: goTest, lint: goVet, build: goBuild }[kind];
    return [...(kind === "lint" ? await golangciChoice(files, dir) : []), { check }];
  },
};
