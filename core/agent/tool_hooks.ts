import type { Origin, ToolResult } from "../tool.ts";

/** A call as hooks see it. */
export interface HookedCall {
  /** The call's id, as in its events. */
  readonly id: string;
  /** Name of the tool. */
  readonly tool: string;
  /** Its input as the tool gets it, defaults filled in and secrets taken out. */
  readonly input: unknown;
  /** Who asked for the call. */
  readonly origin: Origin;
  /** Files it says that it creates, changes or deletes. */
  readonly writes: readonly string[];
  /** Aborted when the call is stopped. */
  readonly signal: AbortSignal;
}

/** A hook's no. */
export interface HookBlock {
  /** Why, for the model and the person. */
  readonly block: string;
}

/**
 * What looks at each call of a tool: a policy check before it, a formatter or linter after it. The
 * gate has its say first; a hook can only take away.
 *
 * @example A check in your own program
 * ```ts
 * import type { ToolHooks } from "@dspy/code/core/agent";
 * import { openSession } from "@dspy/code/skills";
 * import assert from "node:assert/strict";
 *
 * const hooks: ToolHooks = {
 *   before: ({ writes }) =>
 *     writes.some((path) => path.endsWith(".lock")) ? { block: "lock files are made by tools" } : undefined,
 *   after: (_call, result) => ({ ...result, text: `${result.text}\n(checked)` }),
 * };
 * const folder = await Deno.makeTempDir();
 * const session = await openSession(folder, { hooks });
 * const blocked = await session.call("write", { path: "deno.lock", content: "{}" });
 * assert.match(blocked.text, /lock files are made by tools.*\[hook\.blocked\]/);
 * assert.match((await session.call("ls", {})).text, /\(checked\)$/);
 * await session.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export interface ToolHooks {
  /**
   * Called once the gate has not denied the call, before a person is asked and before it runs. What
   * it throws blocks the call. Default: nothing is blocked.
   */
  before?(call: HookedCall): HookBlock | undefined | Promise<HookBlock | undefined>;
  /**
   * Called when the tool has run, not when it was refused or threw. What it throws is told in the
   * result, which stays. Default: the result is left as it is.
   *
   * @returns the result in its place; secrets are taken out of it afterwards.
   */
  after?(call: HookedCall, result: ToolResult): ToolResult | Promise<ToolResult>;
}
