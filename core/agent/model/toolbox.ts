import { describeError, UserError } from "../../errors.ts";
import { estimateTokens } from "../../lm/estimate_tokens.ts";
import type { LMTool } from "../../lm/types.ts";
import type { Registry } from "../../registry.ts";
import type { Emit } from "../../events.ts";
import type { CallResult, ToolCall } from "../mind.ts";
import { fitInput } from "./fit_input.ts";
import { findTool, type InnerTool } from "./inner_tools.ts";
import { offeredSpecs } from "./tool_specs.ts";

/** What {@linkcode createToolbox} puts together. */
export interface ToolboxSetup {
  readonly registry: Registry;
  /** Names of the tools that may be offered. */
  readonly allowed: ReadonlySet<string>;
  /** Whether a call of any other is refused here; if not, the gate alone decides. */
  readonly confined: boolean;
  /** Those offered from the start, each with the fields it is told of. */
  readonly toolset: Readonly<Record<string, readonly string[]>>;
  /** Tools of the mind itself: the first ones of them are offered when there is room. */
  readonly inner: readonly InnerTool[];
  /** The system prompt, which shares a quarter of the window with the tools. */
  readonly system: string;
  /** In tokens. */
  readonly window: number;
  /** Runs a call behind the gate. */
  call(call: ToolCall, signal: AbortSignal): Promise<CallResult>;
  readonly emit: Emit;
}

/** What a model can call. */
export interface Toolbox {
  /** As it sees them now: grows when it finds more. */
  specs(): readonly LMTool[];
  /** Offers one more from now on. */
  offer(tool: LMTool): void;
  /** Runs a call: an inner tool itself, all others behind the gate. Never throws. */
  call(call: ToolCall, signal: AbortSignal): Promise<CallResult>;
}

/** Of the window, for prompt and tools. */
const SHARE = 0.25;
/** Of the window, that the project's instructions may fill on top of that. */
const MOST = 0.5;
/** Tools that are never left out: less is no agent. */
const LEAST = 3;

/**
 * The tools of a model: few at first, more when it looks for them.
 *
 * @throws {UserError} `failed` when prompt and tools would fill half of the window.
 */
export function createToolbox(setup: ToolboxSetup): Toolbox {
  const { registry, allowed, toolset, system, window, emit } = setup;
  const offered = new Map<string, LMTool>();
  const offer = (tool: LMTool) => void offered.set(tool.name, tool);
  const finder = findTool(registry, setup.inner, (tool) => allowed.has(tool), offer);
  const inner = [finder, ...setup.inner];
  const first = offeredSpecs(registry, toolset, allowed);
  for (const tool of fitting([finder.spec, ...first], system, window)) offer(tool);

  return {
    specs: () => [...offered.values()],
    offer,
    async call(call, signal) {
      const own = inner.find(({ spec }) => spec.name === call.tool);
      if (own !== undefined) return await runInner(own, call, signal);
      const entry = registry.find(call.tool);
      const refuses = setup.confined && entry !== undefined && !allowed.has(entry.name);
      const input = entry === undefined ? call.input : fitInput(entry.schema, call.input);
      if (!refuses) return await setup.call({ ...call, input }, signal);
      return refused(
        call,
        `${entry.name} is not allowed here: it does more than read [agent.tools]`,
      );
    },
  };

  async function runInner(
    { run }: InnerTool,
    call: ToolCall,
    signal: AbortSignal,
  ): Promise<CallResult> {
    const started = performance.now();
    emit("tool.start", { call: call.id, tool: call.tool, input: call.input, origin: "agent" });
    const { ok, text, usage } = await Promise.try(() => {
      if (call.problem !== undefined) throw new UserError("usage", call.problem);
      return run(call.input as Readonly<Record<string, unknown>>, signal);
    }).catch((error) => ({ ok: false, text: describeError(error), usage: undefined }));
    const ms = Math.round(performance.now() - started);
    const end = { ok, text, data: null, ms, exitCode: ok ? 0 : 1 };
    emit("tool.end", { call: call.id, tool: call.tool, ...end });
    return { call, ...end, ...usage && { usage } };
  }

  function refused(call: ToolCall, text: string): CallResult {
    const end = { ok: false, text, data: null, ms: 0, exitCode: 1 };
    emit("tool.end", { call: call.id, tool: call.tool, ...end, rule: "agent.tools" });
    return { call, ...end, refused: "agent.tools" };
  }
}

/** Tools that leave three quarters of the window to the work: the last of the list go first. */
function fitting(tools: readonly LMTool[], system: string, window: number): readonly LMTool[] {
  let list = tools;
  while (cost(list) > window * SHARE && list.length > LEAST) list = list.slice(0, -1);
  const tokens = cost(list);
  if (tokens <= window * MOST) return list;
  throw new UserError("failed", `prompt and tools take ${tokens} tokens of a window of ${window}`, {
    hint: "serve a larger window (--window), or shorten AGENTS.md",
    rule: "limit:context",
  });

  function cost(list: readonly LMTool[]): number {
    return estimateTokens(system) + estimateTokens(JSON.stringify(list));
  }
}
