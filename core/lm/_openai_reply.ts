import { collectToolCalls } from "./_collect_tool_calls.ts";
import { estimateUsage } from "./_estimate_usage.ts";
import { cutOff } from "./_guard_body.ts";
import { errorText, oneLine, statusError } from "./_http_error.ts";
import type { WireMessage, WireReply, WireUsage } from "./_openai_wire.ts";
import type { ReplyCollector } from "./_reply_collector.ts";
import type { Server } from "./_server.ts";
import { LMError } from "./lm_error.ts";
import { splitThinking } from "./split_thinking.ts";
import type { LMDelta, LMFinish, LMRequest, LMUsage } from "./types.ts";

const FINISH: Readonly<Record<string, LMFinish>> = {
  length: "length",
  max_tokens: "length",
  tool_calls: "tool",
  function_call: "tool",
};

/**
 * Collects a reply, telling `onDelta` of what comes.
 *
 * @throws {LMError} from `add` and `finish`: what the server reports inside a reply, what is no reply,
 * and a stream without an end.
 */
export function collectOpenaiReply(request: LMRequest, server: Server): ReplyCollector<WireReply> {
  const tools = collectToolCalls();
  const splitter = splitThinking();
  let [text, thinking, refusal] = ["", "", ""];
  let ended: string | undefined;
  let usage: WireUsage | undefined;
  let understood = false;

  const take = (delta: LMDelta, separate = ""): void => {
    const all = separate + (delta.thinking ?? "");
    text += delta.text ?? "";
    thinking += all;
    request.onDelta?.({
      ...all !== "" && { thinking: all },
      ...delta.text !== undefined && { text: delta.text },
    });
  };
  const addMessage = (message: WireMessage): void => {
    if (message.refusal) refusal += message.refusal;
    if (message.tool_calls) tools.add(message.tool_calls);
    const separate = message.reasoning_content ?? message.reasoning ?? "";
    take(message.content ? splitter.push(message.content) : {}, separate);
  };

  return {
    add: (part) => {
      if (typeof part !== "object" || part === null) return;
      if (part.error) throw statusError(codeOf(part.error), errorText(part.error), server);
      if (part.usage) usage = part.usage;
      const choice = part.choices?.[0];
      if (part.choices) understood = true;
      if (choice === undefined) return;
      const message = choice.message ?? choice.delta;
      if (message) addMessage(message);
      // A whole reply is complete by itself, whether or not it says so.
      if (choice.finish_reason || choice.message) ended = choice.finish_reason ?? "stop";
    },
    finish: () => {
      if (!understood) {
        throw new LMError("server", `${server.name} at ${server.origin} sent no chat completion`, {
          hint: "look at the address: it often ends in /v1",
        });
      }
      if (ended === undefined) throw cutOff(server);
      const rest = splitter.end();
      if (rest.text || rest.thinking) take(rest);
      const calls = tools.calls();
      if (ended === "content_filter" || (refusal && text === "" && !calls)) {
        const why = refusal ? `: ${oneLine(refusal, server)}` : "";
        throw new LMError("refused", `${server.name} did not answer for its content${why}`);
      }
      const reply = {
        text,
        ...thinking.trim() !== "" && { thinking: thinking.trim() },
        ...calls && { toolCalls: calls },
      };
      const finish = FINISH[ended] ?? "stop";
      return {
        ...reply,
        finish: calls && finish === "stop" ? "tool" : finish === "tool" && !calls ? "stop" : finish,
        usage: usageOf(usage) ?? estimateUsage(request, reply),
        cached: false,
      };
    },
  };
}

function usageOf(usage: WireUsage | undefined): LMUsage | undefined {
  const { prompt_tokens: input, completion_tokens: output } = usage ?? {};
  if (typeof input !== "number" || typeof output !== "number") return undefined;
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? usage?.prompt_cache_hit_tokens ?? 0;
  return { inputTokens: input, outputTokens: output, cachedTokens: cached, requests: 1 };
}

function codeOf(error: unknown): number {
  const { code, status } = error as { code?: unknown; status?: unknown };
  return [code, status].find((one) => typeof one === "number" && one >= 400) as number ?? 0;
}
