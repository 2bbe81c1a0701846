import { estimateTokens } from "./estimate_tokens.ts";
import type { LMRequest, LMResponse, LMUsage } from "./types.ts";

/** Tokens that a server adds around each message, roughly. */
const AROUND_MESSAGE = 4;

const toolTokens = new WeakMap<object, number>();

/** Tokens that a request is read as, estimated. */
export function estimateInput({ messages, tools }: LMRequest): number {
  let sum = 0;
  for (const message of messages) {
    sum += AROUND_MESSAGE + estimateTokens(message.content);
    if (message.role !== "assistant") continue;
    for (const call of message.toolCalls ?? []) sum += estimateTokens(call.name + call.arguments);
  }
  if (tools === undefined || tools.length === 0) return sum;
  let extra = toolTokens.get(tools);
  if (extra === undefined) toolTokens.set(tools, extra = estimateTokens(JSON.stringify(tools)));
  return sum + extra;
}

/** Usage of a reply whose server counted nothing. */
export function estimateUsage(
  request: LMRequest,
  reply: Pick<LMResponse, "text" | "thinking" | "toolCalls">,
): LMUsage {
  let written = estimateTokens(reply.text) + estimateTokens(reply.thinking ?? "");
  for (const call of reply.toolCalls ?? []) written += estimateTokens(call.name + call.arguments);
  return {
    inputTokens: estimateInput(request),
    outputTokens: written,
    cachedTokens: 0,
    requests: 1,
    estimated: true,
  };
}
