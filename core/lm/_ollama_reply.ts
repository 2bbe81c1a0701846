import { collectToolCalls } from "./_collect_tool_calls.ts";
import { estimateUsage } from "./_estimate_usage.ts";
import { cutOff } from "./_guard_body.ts";
import { errorText, statusError } from "./_http_error.ts";
import type { ReplyCollector } from "./_reply_collector.ts";
import type { OllamaReply } from "./_ollama_wire.ts";
import type { Server } from "./_server.ts";
import { LMError } from "./lm_error.ts";
import { splitThinking } from "./split_thinking.ts";
import type { LMDelta, LMRequest, LMResponse, LMUsage } from "./types.ts";

/**
 * Collects a reply of Ollama, telling `onDelta` of what comes.
 *
 * @param numCtx the window that was asked for.
 * @throws {LMError} from `add` and `finish`: what the server reports inside a reply, what is no reply,
 * a stream without an end, and `context` when the prompt filled the window, since then it was cut.
 */
export function collectOllamaReply(
  request: LMRequest,
  server: Server,
  numCtx: number,
): ReplyCollector<OllamaReply> {
  const tools = collectToolCalls();
  const splitter = splitThinking();
  let [text, thinking] = ["", ""];
  let last: OllamaReply | undefined;
  let understood = false;
  let calls = 0;

  const take = (delta: LMDelta, separate = ""): void => {
    const all = separate + (delta.thinking ?? "");
    text += delta.text ?? "";
    thinking += all;
    request.onDelta?.({
      ...all !== "" && { thinking: all },
      ...delta.text !== undefined && { text: delta.text },
    });
  };

  return {
    add: (part) => {
      if (typeof part !== "object" || part === null) return;
      if (part.error) throw statusError(0, errorText(part.error), server);
      if (part.done) last = part;
      if (part.message === undefined) return;
      understood = true;
      const { content, thinking: separate, tool_calls } = part.message;
      // Each is whole, and two may be the same but for their place.
      tools.add((tool_calls ?? []).map((call) => ({ ...call, index: calls++ })));
      take(content ? splitter.push(content) : {}, separate ?? "");
    },
    finish: (): LMResponse => {
      if (!understood) {
        throw new LMError("server", `${server.name} at ${server.origin} sent no chat reply`, {
          hint: "look at the address: it is the one of Ollama's own protocol, without /v1",
        });
      }
      if (last === undefined) throw cutOff(server);
      const rest = splitter.end();
      if (rest.text || rest.thinking) take(rest);
      const input = last.prompt_eval_count;
      if (input !== undefined && input >= numCtx) throw doesNotFit(numCtx);
      const toolCalls = tools.calls();
      const reply = {
        text,
        ...thinking.trim() !== "" && { thinking: thinking.trim() },
        ...toolCalls && { toolCalls },
      };
      return {
        ...reply,
        finish: last.done_reason === "length" ? "length" : toolCalls ? "tool" : "stop",
        usage: usageOf(last, estimateUsage(request, reply)),
        cached: false,
      };
    },
  };
}

/** A count is missing when there was nothing to count anew: then it is estimated. */
function usageOf(
  { prompt_eval_count: input, eval_count: output }: OllamaReply,
  estimated: LMUsage,
): LMUsage {
  if (input !== undefined && output !== undefined) {
    return { inputTokens: input, outputTokens: output, cachedTokens: 0, requests: 1 };
  }
  const { inputTokens, outputTokens } = estimated;
  return { ...estimated, inputTokens: input ?? inputTokens, outputTokens: output ?? outputTokens };
}

/** The error of a prompt that is longer than the window. */
export function doesNotFit(numCtx: number): LMError {
  return new LMError("context", `the prompt does not fit into ${numCtx} tokens`, {
    hint: "send less, or serve a larger window (numCtx)",
  });
}
