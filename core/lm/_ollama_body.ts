import type { OllamaModel } from "./_ollama_model.ts";
import type { LMMessage, LMParams, LMRequest } from "./types.ts";

/** A request in Ollama's own protocol. */
export function ollamaBody(
  model: string,
  request: LMRequest,
  params: LMParams,
  { can }: OllamaModel,
  numCtx: number,
): Record<string, unknown> {
  const { temperature, maxTokens, stop, seed, think } = params;
  const { schema, tools } = request;
  return {
    model,
    messages: request.messages.map(wireMessage),
    stream: request.onDelta !== undefined,
    // Newer servers then say that a prompt is too long, instead of dropping its start.
    truncate: false,
    shift: false,
    ...schema && { format: schema },
    ...think !== undefined && can.think && { think },
    ...tools && tools.length > 0 && {
      tools: tools.map((tool) => ({ type: "function", function: { ...tool } })),
    },
    options: {
      num_ctx: numCtx,
      ...temperature !== undefined && { temperature },
      ...maxTokens !== undefined && { num_predict: maxTokens },
      ...stop !== undefined && { stop },
      ...seed !== undefined && { seed },
    },
  };
}

function wireMessage(message: LMMessage): Record<string, unknown> {
  const { role, content } = message;
  if (role === "tool") return { role, content, tool_name: message.name };
  if (role !== "assistant") return { role, content };
  const { thinking, toolCalls = [] } = message;
  return {
    role,
    content,
    ...thinking !== undefined && { thinking },
    ...toolCalls.length > 0 && {
      tool_calls: toolCalls.map((call) => ({
        function: { name: call.name, arguments: argumentsOf(call.arguments) },
      })),
    },
  };
}

/** Ollama takes an object only; what the model wrote may be none. */
function argumentsOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Broken arguments were answered with an error already; the name of the call is what counts here.
  }
  return {};
}
