import { join as joinPath } from "node:path";
import { z } from "zod";
import { type Check, checkCommand, operand } from "./_check.ts";
import type { CheckKind, Problem } from "../../core/check_report.ts";
import { workspacePath } from "./_locate.ts";
import { notInstalled, npmArgs, scriptField } from "./_node_argv.ts";
import { parseJson } from "./_parse_json.ts";
import { readTextProblems } from "./_text_problems.ts";

const EslintReport = z.array(z.object({
  filePath: z.string(),
  messages: z.array(z.object({
    ruleId: z.string().nullish(),
    severity: z.number(),
    message: z.string(),
    line: z.number().optional(),
    column: z.number().optional(),
  })),
}));

/** eslint, read from its JSON report. */
export const eslint: Check = {
  id: "eslint",
  kind: "lint",
  get: "run npm install in the project",
  command: checkCommand("Runs eslint", (fields, { scratch }) => {
    const { script, operands, targets } = fields;
    const named = targets.map(operand);
    // A script names what to lint; alone, eslint lints the folder.
    const all = script !== undefined && operands ? [] : ["."];
    return {
      program: "npm",
      args: npmArgs(fields, "eslint", [
        "--format=json",
        `--output-file=${joinPath(scratch, "eslint.json")}`,
        ...(named.length > 0 ? named : all),
      ]),
      reports: ["eslint.json"],
    };
  }, scriptField),
  absent: notInstalled,
  read({ reports }, site) {
    const report = EslintReport.safeParse(parseJson(reports["eslint.json"] ?? ""));
    if (!report.success) return { complete: false };
    return {
      problems: report.data.flatMap(({ filePath, messages }) =>
        messages.map(({ ruleId, severity, message, line = 0, column = 0 }): Problem => ({
          file: workspacePath(filePath, site) ?? filePath,
          line,
          col: column,
          ...(ruleId ? { rule: ruleId } : {}),
          severity: severity === 2 ? "error" : "warning",
          message,
        }))
      ),
    };
  },
};

/** tsc without output: a build's type check, or a lint where there is nothing better. */
export function tsc(kind: CheckKind): Check {
  return {
    id: "tsc",
    kind,
    get: "run npm install in the project",
    command: checkCommand("Runs tsc --noEmit", (fields) => ({
      program: "npm",
      args: npmArgs(fields, "tsc", ["--noEmit", "--pretty", "false"]),
    })),
    absent: notInstalled,
    read: (result, site) => ({ problems: readTextProblems(result, site) }),
  };
}
