import { isStrictSchema } from "./_is_strict_schema.ts";
import type { Dialect } from "./_openai_dialect.ts";
import type { LMMessage, LMParams, LMRequest } from "./types.ts";

/** A request in OpenAI's chat protocol, as far as the server's dialect goes. */
export function openaiBody(
  model: string,
  request: LMRequest,
  params: LMParams,
  dialect: Dialect,
): Record<string, unknown> {
  const { temperature, maxTokens, stop, seed } = params;
  const { schema, tools } = request;
  const asked = schema !== undefined && dialect.format !== "none";
  return {
    model,
    messages: request.messages.map(wireMessage),
    ...dialect.sampling && temperature !== undefined && { temperature },
    ...dialect.sampling && stop !== undefined && { stop },
    ...maxTokens !== undefined && { [dialect.limit]: maxTokens },
    ...seed !== undefined && { seed },
    ...asked && {
      response_format: dialect.format === "json_object" ? { type: "json_object" } : {
        type: "json_schema",
        json_schema: { name: "answer", schema, strict: dialect.strict && isStrictSchema(schema) },
      },
    },
    ...tools && tools.length > 0 && {
      tools: tools.map((tool) => ({ type: "function", function: { ...tool } })),
    },
    ...request.onDelta && { stream: true },
    ...request.onDelta && dialect.usageInStream && { stream_options: { include_usage: true } },
  };
}

function wireMessage(message: LMMessage): Record<string, unknown> {
  const { role, content } = message;
  if (role === "tool") return { role, content, tool_call_id: message.call };
  if (role !== "assistant" || !message.toolCalls || message.toolCalls.length === 0) {
    return { role, content };
  }
  const calls = message.toolCalls.map(({ id, name, arguments: args }) => ({
    id,
    type: "function",
    function: { name, arguments: args },
  }));
  // With calls, no text is `null` there: some servers refuse an empty one.
  return { role, content: content === "" ? null : content, tool_calls: calls };
}
