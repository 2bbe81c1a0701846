import type { CallResult } from "../../core/agent/mind.ts";
import { UserError } from "../../core/errors.ts";
import { createSessionExecutor } from "../../rl/tools/session_executor.ts";
import type { ToolActionName } from "../../rl/tools/tool_action.ts";
import type { ToolExecutor } from "../../rl/tools/tool_env.ts";
import type { ActionResult } from "../../rl/verifiers/types.ts";
import type { CallEnd, Launcher } from "../launcher.ts";
import { type CommandEnd, commandMetrics } from "./command_metrics.ts";

/** The actions that are checks of a workspace. */
export const CHECKS = ["run_tests", "lint", "build"] as const satisfies ToolActionName[];

/** A check, as an action. */
export type Check = typeof CHECKS[number];

/** What {@linkcode createChecks} runs checks with. */
export interface ChecksSetup {
  readonly launcher: Pick<Launcher, "call">;
  /** Command lines that a person gave instead of what is found in the workspace. */
  readonly commands: Readonly<Partial<Record<Check, string>>>;
  /** Time limit of such a command, in seconds. */
  readonly timeoutSec: number;
}

/**
 * Runs the checks of a workspace, each as a call of the person whose command this is.
 *
 * @returns rejects with a `UserError` when a check could not be run at all: that is no reward of 0.
 */
export function createChecks({ launcher, commands, timeoutSec }: ChecksSetup): ToolExecutor {
  const found = createSessionExecutor((tool, input, { signal }) => call(tool, input, signal));
  return async (action, args, signal) => {
    const command = Object.hasOwn(commands, action) ? commands[action as Check] : undefined;
    const result = command === undefined
      ? await found(action, args, signal)
      : await run(action, command, signal);
    signal.throwIfAborted();
    return result;
  };

  async function call(tool: string, input: unknown, signal: AbortSignal): Promise<CallResult> {
    const id = crypto.randomUUID();
    const end = await launcher.call(tool, input, { id, signal, part: true });
    if (end.data === null) throw failed(end);
    const { call: _, tool: __, ...rest } = end;
    return { call: { id, tool, input }, ...rest };
  }

  async function run(
    action: ToolActionName,
    command: string,
    signal: AbortSignal,
  ): Promise<ActionResult> {
    const limit = AbortSignal.timeout(timeoutSec * 1_000);
    const started = performance.now();
    const end = await call("exec", { command: [command] }, AbortSignal.any([signal, limit]))
      .then(({ data }) => data as CommandEnd)
      .catch((error: unknown): CommandEnd => {
        if (!limit.aborted || signal.aborted) throw error;
        return { code: null, stdout: "", stderr: "" };
      });
    const seconds = (performance.now() - started) / 1_000;
    return {
      tool: action,
      ok: end.code === 0,
      metrics: { ...commandMetrics(action, end), seconds },
    };
  }
}

/** A call without data could not do what it was for: nothing was found, allowed or installed. */
function failed({ exitCode, rule, text }: CallEnd): UserError {
  if (rule !== undefined) return new UserError("refused", text, { rule });
  const kind = exitCode === 130
    ? "aborted"
    : exitCode === 127
    ? "missing"
    : exitCode === 2
    ? "usage"
    : "failed";
  return new UserError(kind, text);
}
