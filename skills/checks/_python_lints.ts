import { join as joinPath } from "node:path";
import { z } from "zod";
import { type Check, checkCommand, operand } from "./_check.ts";
import type { CheckKind, Problem } from "../../core/check_report.ts";
import { workspacePath } from "./_locate.ts";
import { parseJson } from "./_parse_json.ts";
import { pythonModule } from "./_python_program.ts";
import { readTextProblems } from "./_text_problems.ts";

const RuffReport = z.array(z.object({
  filename: z.string(),
  location: z.object({ row: z.number(), column: z.number() }).nullish(),
  code: z.string().nullish(),
  message: z.string(),
}));

/** ruff, read from its JSON. */
export const ruff: Check = {
  id: "ruff",
  kind: "lint",
  get: "pip install ruff",
  command: checkCommand("Runs ruff check", ({ targets }) => ({
    program: "ruff",
    args: ["check", "--output-format=json", "--no-cache", "--no-fix", ...paths(targets)],
  })),
  read({ stdout }, site) {
    const report = RuffReport.safeParse(parseJson(stdout));
    if (!report.success) return { complete: false };
    return {
      problems: report.data.map(({ filename, location, code, message }): Problem => ({
        file: workspacePath(filename, site) ?? filename,
        line: location?.row ?? 0,
        col: location?.column ?? 0,
        ...(code ? { rule: code } : {}),
        severity: "error",
        message,
      })),
    };
  },
};

/** pyflakes: one line for each problem. */
export const pyflakes: Check = {
  id: "pyflakes",
  kind: "lint",
  get: "pip install pyflakes",
  command: checkCommand("Runs pyflakes", async ({ dir, targets }, at) => {
    const { program, args } = await pythonModule(at, dir, "pyflakes");
    return { program, args: [...args, ...paths(targets)] };
  }),
  absent: ({ code, stderr }) => code !== 0 && /No module named .?pyflakes\b/.test(stderr),
  read: (result, site) => ({ problems: readTextProblems(result, site) }),
};

/** Python's own compiler: finds syntax errors only. */
export function compileall(kind: CheckKind): Check {
  return {
    id: "compileall",
    kind,
    get: "install Python 3",
    command: checkCommand("Runs python3 -m compileall", async ({ dir, targets }, at) => {
      const { program, args } = await pythonModule(at, dir, "compileall");
      return {
        program,
        args: [...args, "-q", "-x=(^|/)(\\.venv|venv|node_modules|\\.git)/", ...paths(targets)],
        // The compiled files go to the scratch folder and with it away.
        env: { PYTHONPYCACHEPREFIX: joinPath(at.scratch, "pycache") },
      };
    }),
    read: ({ stdout }, site) => {
      const problems: Problem[] = [];
      for (const part of stdout.split(/^\*\*\* /m).slice(1)) {
        const at = /File "([^"]+)", line (\d+)/.exec(part);
        const file = at && workspacePath(at[1]!, site);
        if (!file) continue;
        const message = /^\w*(?:Error|Warning): .*/m.exec(part)?.[0] ?? part.split("\n", 1)[0]!;
        problems.push({ file, line: Number(at[2]), col: 0, severity: "error", message });
      }
      return { problems, notes: kind === "lint" ? ["compileall finds only syntax errors"] : [] };
    },
  };
}

function paths(targets: readonly string[]): string[] {
  return targets.length > 0 ? targets.map(operand) : ["."];
}
