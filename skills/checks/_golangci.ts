import { z } from "zod";
import type { Files } from "../../core/workspace/files.ts";
import { type Check, checkCommand, type Choice, readOptional } from "./_check.ts";
import { workspacePath } from "./_locate.ts";
import { packages } from "./_go_packages.ts";
import { parseJson } from "./_parse_json.ts";

const Report = z.object({
  Issues: z.array(z.object({
    FromLinter: z.string(),
    Text: z.string(),
    Severity: z.string().optional(),
    Pos: z.object({ Filename: z.string(), Line: z.number(), Column: z.number().default(0) }),
  })).nullable(),
});

/** golangci-lint, read from its JSON; its second version has other flags than its first. */
export const golangci: Check = {
  id: "golangci-lint",
  kind: "lint",
  get: "install golangci-lint from https://golangci-lint.run",
  command: checkCommand("Runs golangci-lint run", ({ targets, version }) => ({
    program: "golangci-lint",
    args: [
      "run",
      ...(version === "1" ? ["--out-format=json"] : [
        "--output.json.path=stdout",
        "--path-mode=abs",
        "--show-stats=false",
      ]),
      // All of them count, not the first of each kind.
      "--max-issues-per-linter=0",
      "--max-same-issues=0",
      ...packages(targets),
    ],
  }), { version: z.enum(["1", "2"]).optional().describe("major version") }),
  read({ stdout }, site) {
    // With the settings' own formats, other text stands around the report's line.
    const text = stdout.split("\n").find((line) => line.startsWith('{"Issues":')) ?? stdout;
    const report = Report.safeParse(parseJson(text));
    if (!report.success) return { complete: false };
    return {
      problems: (report.data.Issues ?? []).map(({ FromLinter, Text, Severity, Pos }) => ({
        file: workspacePath(Pos.Filename, site) ?? Pos.Filename,
        line: Pos.Line,
        col: Pos.Column,
        rule: FromLinter,
        severity: Severity === "warning" ? "warning" : "error",
        message: Text,
      })),
    };
  },
};

/** The linter, where a project has settings for it; they say which version they are for. */
export async function golangciChoice(files: Files, dir: string): Promise<Choice[]> {
  const names = ["yml", "yaml", "toml", "json"].map((ending) => `.golangci.${ending}`);
  const texts = await Promise.all(names.map((name) => readOptional(files, dir, name)));
  const settings = texts.find((text) => text !== undefined);
  if (settings === undefined) return [];
  const second = /^\s*"?version"?\s*[:=]\s*["']?2\b/m.test(settings);
  return [{ check: golangci, fields: { version: second ? "2" : "1" } }];
}
