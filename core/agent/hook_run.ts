import { describeError, UserError } from "../errors.ts";
import { redactJson, type Redactor } from "../safety/redact.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import type { HookedCall, ToolHooks } from "./tool_hooks.ts";

/** The call that hooks are put around. */
export interface HookRunSetup {
  /** The call's id. */
  readonly id: string;
  /** The tool that is called. */
  readonly tool: Tool;
  /** Checked by the tool's schema. */
  readonly input: unknown;
  /** Where it is called, and for whom. */
  readonly context: Pick<ToolContext, "workspace" | "origin" | "signal">;
  /** Takes secrets out of what hooks see. */
  readonly redactor: Pick<Redactor, "text">;
}

/** The hooks around one call. */
export interface HookRun {
  /** @throws {UserError} `refused`, rule `hook.blocked`. */
  before(): Promise<void>;
  /** The result as it stands after them. Never throws. */
  after(result: ToolResult): Promise<ToolResult>;
}

/** Puts hooks around a call: one that fails before it blocks it, one that fails after it is told. */
export function hookRun(
  hooks: ToolHooks,
  { id, tool, input, context: { workspace, origin, signal }, redactor }: HookRunSetup,
): HookRun {
  const call: HookedCall = {
    id,
    tool: tool.name,
    input: redactJson(input, redactor),
    origin,
    writes: tool.needs(input, workspace).write ?? [],
    signal,
  };
  return {
    async before() {
      const reason = await Promise.try(() => hooks.before?.(call)).then(
        (answer) => answer?.block,
        (error) => {
          if (signal.aborted) throw error;
          return describeError(error);
        },
      );
      if (reason === undefined) return;
      throw new UserError("refused", `${tool.name} blocked by a hook: ${reason}`, {
        rule: "hook.blocked",
      });
    },
    async after(result) {
      try {
        return await hooks.after?.(call, result) ?? result;
      } catch (error) {
        return { ...result, text: `${result.text}\n[a hook failed: ${describeError(error)}]` };
      }
    },
  };
}
