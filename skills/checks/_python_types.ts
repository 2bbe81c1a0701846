import { join as joinPath } from "node:path";
import { z } from "zod";
import type { Files } from "../../core/workspace/files.ts";
import { type Check, checkCommand, type Choice, operand, readOptional } from "./_check.ts";
import type { Problem } from "../../core/check_report.ts";
import { workspacePath } from "./_locate.ts";
import { parseJson } from "./_parse_json.ts";
import { pythonModule } from "./_python_program.ts";
import { readTextProblems } from "./_text_problems.ts";

const MypyLine = z.object({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  message: z.string(),
  code: z.string().nullish(),
  severity: z.enum(["error", "warning", "note"]),
});

/** mypy, read from its JSON lines. */
export const mypy: Check = {
  id: "mypy",
  kind: "types",
  get: "pip install mypy",
  command: checkCommand("Runs mypy", async ({ dir, targets, configured }, at) => {
    const { program, args } = await pythonModule(at, dir, "mypy");
    const all = configured === true ? [] : ["."];
    return {
      program,
      args: [
        ...args,
        "--output=json",
        `--cache-dir=${joinPath(at.scratch, "mypy")}`,
        ...(targets.length > 0 ? targets.map(operand) : all),
      ],
    };
  }, { configured: z.boolean().optional().describe("whether its settings name the files") }),
  absent: ({ code, stderr }) => code !== 0 && /No module named .?mypy\b/.test(stderr),
  read(result, site) {
    const lines = result.stdout.split("\n").filter((line) => line.trim() !== "");
    const problems: Problem[] = [];
    let other = 0;
    for (const line of lines) {
      const parsed = MypyLine.safeParse(parseJson(line));
      if (!parsed.success) {
        other++;
        continue;
      }
      const { file, line: row, column, message, code, severity } = parsed.data;
      if (severity === "note") continue;
      problems.push({
        file: workspacePath(file, site) ?? file,
        line: Math.max(row, 0),
        // mypy counts columns from 0 here.
        col: Math.max(column + 1, 0),
        ...(code ? { rule: code } : {}),
        severity,
        message,
      });
    }
    // 0: nothing found; 1: errors; 2: it could not go on, which it says in JSON or in words.
    const complete = other === 0 && (result.code === 0 || problems.length > 0);
    return complete ? { problems } : { problems: [...problems, ...said(result, site)], complete };
  },
};

function said(...[result, site]: Parameters<typeof readTextProblems>): Problem[] {
  return readTextProblems({ stdout: "", stderr: result.stderr }, site);
}

const PyrightReport = z.object({
  generalDiagnostics: z.array(z.object({
    file: z.string(),
    severity: z.string(),
    message: z.string(),
    rule: z.string().optional(),
    range: z.object({ start: z.object({ line: z.number(), character: z.number() }) }).optional(),
  })),
  summary: z.object({
    filesAnalyzed: z.number(),
    errorCount: z.number(),
    warningCount: z.number(),
  }),
});

/** pyright, read from its JSON. */
export const pyright: Check = {
  id: "pyright",
  kind: "types",
  get: "pip install pyright",
  command: checkCommand("Runs pyright", ({ targets }) => ({
    program: "pyright",
    args: ["--outputjson", ...targets.map(operand)],
  })),
  read({ stdout }, site) {
    const report = PyrightReport.safeParse(parseJson(stdout));
    if (!report.success) return { complete: false };
    const { generalDiagnostics, summary } = report.data;
    const problems = generalDiagnostics
      .filter(({ severity }) => severity === "error" || severity === "warning")
      .map(({ file, severity, message, rule, range }): Problem => ({
        file: workspacePath(file, site) ?? file,
        line: range ? range.start.line + 1 : 0,
        col: range ? range.start.character + 1 : 0,
        ...(rule ? { rule } : {}),
        severity: severity === "error" ? "error" : "warning",
        message,
      }));
    const counted = summary.errorCount + summary.warningCount;
    return { problems, complete: summary.filesAnalyzed > 0 && problems.length === counted };
  },
};

/** The type checkers a project has settings for. */
export async function typeChecks(files: Files, dir: string): Promise<Choice[]> {
  const read = (name: string) => readOptional(files, dir, name);
  const [own, hidden, project, setup, right] = await Promise.all(
    ["mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg", "pyrightconfig.json"].map(read),
  );
  const section = /^\[tool\.mypy\]$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(project ?? "")?.[1] ??
    own ?? hidden ?? /^\[mypy\]$[\s\S]*/m.exec(setup ?? "")?.[0];
  const configured = section !== undefined && /^\s*(?:files|packages|modules)\s*=/m.test(section);
  const rights = right !== undefined || /^\[tool\.pyright\]$/m.test(project ?? "");
  return [
    ...(section === undefined ? [] : [{ check: mypy, fields: { configured } }]),
    ...(rights ? [{ check: pyright }] : []),
  ];
}
