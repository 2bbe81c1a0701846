import type { ProgramResult } from "../../core/command.ts";
import type { ReadSite } from "./_check.ts";
import type { Problem } from "../../core/check_report.ts";
import { workspacePath } from "./_locate.ts";

/** `f.ts(1,2): error TS1: m` of tsc, and `f.go:1:2: m`, `f.c:1:2: error: m` of most others. */
const FORMS = [
  /^(?<file>[^\s(:][^(:]*)\((?<line>\d+),(?<col>\d+)\): (?<severity>error|warning) (?<rule>TS\d+): (?<message>.+)$/,
  /^(?:vet: )?(?<file>[^\s:][^:]*\.\w+):(?<line>\d+):(?:(?<col>\d+):)? (?:(?<severity>error|warning)[^:]*: )?(?<message>.+)$/,
];

/** Most problems that are kept of one run. */
const MAX = 1_000;

/**
 * Finds compiler messages in plain output, for tools without a machine format. Only lines that name
 * a file of the workspace count.
 */
export function readTextProblems(
  { stdout, stderr }: Pick<ProgramResult, "stdout" | "stderr">,
  site: ReadSite,
): Problem[] {
  const problems = new Map<string, Problem>();
  for (const line of `${stdout}\n${stderr}`.split("\n")) {
    if (problems.size >= MAX || line.length > 2_000) continue;
    const found = FORMS.map((form) => form.exec(line)?.groups).find(Boolean);
    const file = found && workspacePath(found.file!, site);
    if (!file) continue;
    problems.set(line, {
      file,
      line: Number(found.line),
      col: Number(found.col ?? 0),
      ...(found.rule ? { rule: found.rule } : {}),
      severity: found.severity === "warning" ? "warning" : "error",
      message: found.message!,
    });
  }
  return [...problems.values()];
}
