import type { HookedCall, ToolHooks } from "../../core/agent/tool_hooks.ts";
import type { Hands } from "../../core/command.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import { resolvePath } from "../../core/workspace/resolve_path.ts";
import { type HookPatterns, matchesTool } from "./hook_patterns.ts";
import { type AfterOutcome, type BeforeOutcome, HOOK_TOOL } from "./hook_request.ts";

/** Characters of a result that hooks are told. */
const MAX_TEXT = 100_000;

/**
 * The hooks as the session has them: it asks the launcher, which knows the programs, before and
 * after each call of the agent that a pattern fits. What the person typed themselves is left alone.
 *
 * @param root real path of the workspace.
 */
export function sessionHooks(patterns: HookPatterns, hands: Hands, root: string): ToolHooks {
  return {
    async before(call) {
      if (!concerns(patterns.before, call)) return undefined;
      const { block } = await ask<BeforeOutcome>("before", call, {});
      return block === undefined ? undefined : { block };
    },
    async after(call, result) {
      if (!concerns(patterns.after, call)) return result;
      const { ok, text } = result;
      const written = await Promise.all(call.writes.map(stateOf));
      const { notes } = await ask<AfterOutcome>("after", call, {
        result: { ok, text: text.slice(0, MAX_TEXT) },
      });
      const now = await Promise.all(call.writes.map(stateOf));
      const changed = call.writes.filter((_, i) => written[i] !== now[i]);
      const lines = notes.map((note) => `[hook ${note}]`);
      if (changed.length > 0) {
        lines.push(
          `[hooks changed ${
            changed.join(", ")
          } after this call: read it again before the next edit]`,
        );
      }
      return lines.length === 0 ? result : { ...result, text: [text, ...lines].join("\n") };
    },
  };

  async function ask<O>(command: string, call: HookedCall, more: object): Promise<O> {
    const { id, tool, input, signal } = call;
    const fields = { call: id, tool, input, ...more };
    const { stdout } = await hands.run({ tool: HOOK_TOOL, command, fields }, { signal });
    return JSON.parse(stdout);
  }

  /** What cannot be read has no state that could change. */
  async function stateOf(path: string): Promise<string> {
    const bytes = await Deno.readFile(resolvePath(root, path)).catch(() => undefined);
    return bytes === undefined ? "" : await sha256(bytes);
  }
}

function concerns(patterns: readonly string[], { origin, tool }: HookedCall): boolean {
  return origin === "agent" && matchesTool(patterns, tool);
}
