import {
  type Asked,
  type Json,
  listOf,
  objectOf,
  type Protocol,
  type Reply,
  type ReplyCall,
  textOf,
  tokensOf,
} from "./_protocol.ts";

/** Ollama's `/api/chat`. Its arguments are objects: they come in one chunk, and are never broken. */
export const ollamaChat: Protocol = {
  name: "ollama-chat",
  streamType: "application/x-ndjson",
  read,
  frames,
  whole,
  error: (_status, message) => ({ error: message }),
};

function read(body: Json): Asked {
  const numCtx = objectOf(body.options).num_ctx;
  return {
    model: String(body.model ?? ""),
    stream: body.stream !== false,
    messages: listOf(body.messages).map(objectOf).map((message) => ({
      role: String(message.role),
      text: [
        textOf(message.content),
        ...listOf(message.tool_calls).map((call) => objectOf(objectOf(call).function))
          .map(({ name, arguments: args }) => `${name} ${JSON.stringify(args)}`),
      ].join("\n"),
    })),
    tools: listOf(body.tools).map((tool) => String(objectOf(objectOf(tool).function).name)),
    format: typeof body.format === "object" && body.format !== null,
    think: body.think === undefined ? undefined : body.think !== false,
    numCtx: typeof numCtx === "number" ? numCtx : undefined,
    usage: true,
    tokens: tokensOf(body.messages, body.tools),
  };
}

function frames(reply: Reply): string[] {
  const line = (data: Json): string => `${JSON.stringify({ ...head(reply), ...data })}\n`;
  const chunk = (message: Json): string =>
    line({ message: { role: "assistant", content: "", ...message }, done: false });
  return [
    ...reply.pieces(reply.thinking).map((thinking) => chunk({ thinking })),
    ...reply.pieces(reply.text).map((content) => chunk({ content })),
    ...reply.calls.map((call, index) => chunk({ tool_calls: [callOf(call, index)] })),
    line({ message: { role: "assistant", content: "" }, ...end(reply) }),
  ];
}

function whole(reply: Reply): Json {
  const message = {
    role: "assistant",
    content: reply.text,
    ...reply.thinking !== "" && { thinking: reply.thinking },
    ...reply.calls.length > 0 && { tool_calls: reply.calls.map(callOf) },
  };
  return { ...head(reply), message, ...end(reply) };
}

function callOf({ id, name, args }: ReplyCall, index: number): Json {
  return { id, function: { index, name, arguments: JSON.parse(args) } };
}

function head({ model }: Reply): Json {
  return { model, created_at: new Date().toISOString() };
}

function end({ finish, input, output }: Reply): Json {
  return {
    done: true,
    done_reason: finish === "length" ? "length" : "stop",
    total_duration: 1_000_000,
    load_duration: 0,
    prompt_eval_count: input,
    prompt_eval_duration: 500_000,
    eval_count: output,
    eval_duration: 500_000,
  };
}
