import type { ToolActionName } from "../../rl/tools/tool_action.ts";
import type { ActionResult } from "../../rl/verifiers/types.ts";
import { readCounts } from "../../rl/verifiers/read_counts.ts";

/** How a program ended. */
export interface CommandEnd {
  /** Exit code; null when a signal or the time limit ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The numbers of a check that a person gave as a command, as verifiers take them. Tests: what a
 * known runner counts, where skipped ones do not count; without counts the exit code alone. A lint:
 * one issue for each element of a JSON list or of its `diagnostics`; else none at exit code 0, and
 * one for each line otherwise. What was cut off by the time limit is as bad as it can be.
 */
export function commandMetrics(
  action: ToolActionName,
  { code, stdout, stderr }: CommandEnd,
): ActionResult["metrics"] {
  const ok = code === 0 ? 1 : 0;
  const cut = code === null ? { check_error: 1 } : {};
  if (action === "build") return { build_ok: ok, ...cut };
  if (action === "lint") {
    return { lint_ok: ok, lint_issues: issuesIn(stdout, stderr, ok === 1), ...cut };
  }
  const counts = readCounts(`${stdout}\n${stderr}`);
  if (counts === undefined) return { pass_rate: ok, ...cut };
  const { passed, failed, skipped } = counts;
  const ran = passed + failed;
  return {
    tests_passed: passed,
    tests_failed: failed,
    tests_skipped: skipped,
    tests_total: ran + skipped,
    pass_rate: code === null || ran === 0 ? 0 : passed / ran,
    ...cut,
  };
}

function issuesIn(stdout: string, stderr: string, ok: boolean): number {
  const list = jsonList(stdout);
  if (list !== undefined) return list.length;
  return ok ? 0 : `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "").length;
}

function jsonList(text: string): unknown[] | undefined {
  try {
    const value = JSON.parse(text);
    const list = Array.isArray(value) ? value : value?.diagnostics;
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}
