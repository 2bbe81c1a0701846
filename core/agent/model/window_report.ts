import { estimateTokens } from "../../lm/estimate_tokens.ts";
import type { ModelRun } from "./run_model.ts";
import { reserveOf, tokensOf } from "./compact.ts";
import { offeredSpecs } from "./tool_specs.ts";
import { wireMessages } from "./wire_messages.ts";

/** What fills the window, in tokens by estimate: one line each. */
export function windowReport(
  { window, system, conversation, setup, allowed, toolset }: ModelRun,
): string {
  const { registry } = setup;
  const specs = offeredSpecs(registry, toolset, allowed);
  const messages = wireMessages("", conversation.path).slice(1);
  const of = (role: string) => tokensOf(messages.filter((message) => message.role === role));
  const rows: [string, number][] = [
    ["prompt and instructions", estimateTokens(system)],
    ["tools", estimateTokens(JSON.stringify(specs))],
    ["requests", of("user")],
    ["answers and calls", of("assistant")],
    ["results", of("tool")],
  ];
  const used = rows.reduce((sum, [, tokens]) => sum + tokens, 0);
  const reserve = reserveOf(window);
  rows.push(["kept free for the reply", reserve], ["free", Math.max(0, window - reserve - used)]);
  const lines = rows.map(([what, tokens]) => {
    const share = `${Math.round(tokens / window * 100)}%`;
    return `${what.padEnd(24)} ${String(tokens).padStart(8)} ${share.padStart(5)}`;
  });
  return [`about ${used} of ${window} tokens`, ...lines].join("\n");
}
