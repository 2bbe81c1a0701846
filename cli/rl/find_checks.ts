import { describeError, UserError } from "../../core/errors.ts";
import type { ToolExecutor } from "../../rl/tools/tool_env.ts";
import type { ActionResult } from "../../rl/verifiers/types.ts";
import { type Check, CHECKS } from "./checks.ts";

/**
 * Runs each check once, to see whether it can be run here.
 *
 * @param actions those that are wanted.
 * @param tell told of each what came of it.
 * @returns those that can.
 * @throws {UserError} when none can; the reason of the signal when that is aborted.
 */
export async function findChecks(
  actions: readonly string[],
  execute: ToolExecutor,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<Check[]> {
  const found: Check[] = [];
  const errors: unknown[] = [];
  for (const check of CHECKS.filter((check) => actions.includes(check))) {
    try {
      tell(`${check}: ${sightOf(await execute(check, {}, signal))}`);
      found.push(check);
    } catch (error) {
      signal.throwIfAborted();
      errors.push(error);
      tell(
        `left out: ${check}: ${error instanceof UserError ? error.line : describeError(error)}`,
      );
    }
  }
  if (found.length > 0) return found;
  const missing = errors.length > 0 &&
    errors.every((error) => error instanceof UserError && error.kind === "missing");
  throw new UserError(
    missing ? "missing" : "failed",
    "no toolchain can be run here: nothing to learn from",
    {
      hint: "name a command that can: --test-cmd, --lint-cmd or --build-cmd",
    },
  );
}

function sightOf({ metrics, reports }: ActionResult): string {
  const by = reports?.[0] === undefined ? "" : `${reports[0].toolchain}, `;
  const { tests_passed, tests_total, pass_rate, lint_issues, build_ok } = metrics;
  if (lint_issues !== undefined) return `${by}${lint_issues} issues`;
  if (build_ok !== undefined) return `${by}${build_ok === 1 ? "it builds" : "it does not build"}`;
  if (tests_total !== undefined) return `${by}${tests_passed} of ${tests_total} passed`;
  return `${by}${pass_rate === 1 ? "passed" : "failed"}`;
}
