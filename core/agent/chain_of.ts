import type { Chain } from "./_memory_state.ts";
import type { LoopEnd } from "./loop.ts";
import type { CallResult } from "./mind.ts";

const LINE = 160;
const CONTEXT = 1_000;

/**
 * Sums a finished request up for the session's memory.
 *
 * @param results what came of its calls, in order.
 */
export function chainOf(request: string, results: readonly CallResult[], end: LoopEnd): Chain {
  const findings = results.filter(({ ok }) => ok)
    .map(({ call, text }) => `${call.tool}: ${text.trim().split("\n", 1)[0]!.slice(0, LINE)}`);
  const done = results.map(({ call }) => call.tool).join(", ") || "nothing";
  return {
    query: request,
    steps: results.map(({ call, ok, ms }) => ({
      tool: call.tool,
      args: call.input,
      success: ok,
      time: ms / 1000,
    })),
    total_time: results.reduce((sum, { ms }) => sum + ms, 0) / 1000,
    success: end.ok,
    key_findings: findings,
    next_suggestions: [...end.next],
    context_for_continuation: [`Before: ${request}`, `Done: ${done}`, ...findings].join("\n")
      .slice(0, CONTEXT),
  };
}
