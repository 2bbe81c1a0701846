import {
  type Asked,
  type Json,
  listOf,
  objectOf,
  type Protocol,
  type Reply,
  textOf,
  tokensOf,
} from "./_protocol.ts";

/** OpenAI's `/v1/chat/completions`, as most servers speak it. */
export const openaiChat: Protocol = {
  name: "openai-chat",
  streamType: "text/event-stream",
  read,
  frames,
  whole,
  error: openaiError,
};

function read(body: Json): Asked {
  return {
    model: String(body.model ?? ""),
    stream: body.stream === true,
    messages: listOf(body.messages).map(objectOf).map((message) => ({
      role: String(message.role),
      text: [
        textOf(message.content),
        ...listOf(message.tool_calls).map((call) => objectOf(objectOf(call).function))
          .map(({ name, arguments: args }) => `${name} ${args}`),
      ].join("\n"),
    })),
    tools: listOf(body.tools).map((tool) => String(objectOf(objectOf(tool).function).name)),
    format: objectOf(body.response_format).type === "json_schema",
    think: undefined,
    numCtx: undefined,
    usage: objectOf(body.stream_options).include_usage === true,
    tokens: tokensOf(body.messages, body.tools),
  };
}

function frames(reply: Reply, { usage }: Asked): string[] {
  const chunk = (delta: Json, finish: string | null = null): string =>
    sse({ ...head(reply, ".chunk"), choices: [{ index: 0, delta, finish_reason: finish }] });
  return [
    chunk({ role: "assistant", content: "" }),
    ...reply.pieces(reply.thinking).map((text) => chunk({ reasoning_content: text })),
    ...reply.pieces(reply.text).map((content) => chunk({ content })),
    ...reply.calls.flatMap(({ id, name, args }, index) => [
      chunk({
        tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }],
      }),
      ...reply.pieces(args).map((piece) =>
        chunk({ tool_calls: [{ index, function: { arguments: piece } }] })
      ),
    ]),
    chunk({}, finishOf(reply)),
    ...usage ? [sse({ ...head(reply, ".chunk"), choices: [], usage: usageOf(reply) })] : [],
    "data: [DONE]\n\n",
  ];
}

function whole(reply: Reply): Json {
  const message = {
    role: "assistant",
    content: reply.text === "" && reply.calls.length > 0 ? null : reply.text,
    ...reply.thinking !== "" && { reasoning_content: reply.thinking },
    ...reply.calls.length > 0 && {
      tool_calls: reply.calls.map(({ id, name, args }) => ({
        id,
        type: "function",
        function: { name, arguments: args },
      })),
    },
  };
  const choices = [{ index: 0, message, finish_reason: finishOf(reply) }];
  return { ...head(reply), choices, usage: usageOf(reply) };
}

function head({ id, model }: Reply, kind = ""): Json {
  const created = Math.floor(Date.now() / 1000);
  return { id: `chatcmpl-${id}`, object: `chat.completion${kind}`, created, model };
}

function finishOf({ finish }: Reply): string {
  return finish === "tool" ? "tool_calls" : finish;
}

function usageOf({ input, cached, output }: Reply): Json {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  };
}

function sse(data: Json): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** An error as OpenAI writes it. */
export function openaiError(status: number, message: string, code?: string): Json {
  const type = status === 429
    ? "rate_limit_error"
    : status === 401
    ? "authentication_error"
    : status >= 500
    ? "server_error"
    : "invalid_request_error";
  return { error: { message, type, param: null, code: code ?? null } };
}
