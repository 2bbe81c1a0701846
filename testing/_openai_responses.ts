import { openaiError } from "./_openai_chat.ts";
import {
  type Asked,
  type AskedMessage,
  type Json,
  listOf,
  objectOf,
  type Protocol,
  type Reply,
  textOf,
  tokensOf,
} from "./_protocol.ts";

/** OpenAI's `/v1/responses`, the only protocol of newer agents of theirs. */
export const openaiResponses: Protocol = {
  name: "openai-responses",
  streamType: "text/event-stream",
  read,
  frames,
  whole: (reply) => responseOf(reply, "completed", itemsOf(reply)),
  error: openaiError,
};

function read(body: Json): Asked {
  const input = typeof body.input === "string"
    ? [{ role: "user", content: body.input }]
    : listOf(body.input);
  const system = typeof body.instructions === "string"
    ? [{ role: "system", text: body.instructions }]
    : [];
  return {
    model: String(body.model ?? ""),
    stream: body.stream === true,
    messages: [...system, ...input.map(objectOf).map(messageOf)],
    tools: listOf(body.tools).map(objectOf).flatMap(namesOf),
    format: objectOf(objectOf(body.text).format).type === "json_schema",
    think: undefined,
    numCtx: undefined,
    usage: true,
    tokens: tokensOf(body.instructions, body.input, body.tools),
  };
}

function messageOf(item: Json): AskedMessage {
  const type = String(item.type ?? "message");
  if (type === "message") return { role: String(item.role), text: textOf(item.content) };
  if (type.endsWith("_output")) return { role: "tool", text: textOf(item.output) };
  return { role: "assistant", text: `${item.name ?? ""} ${item.arguments ?? item.input ?? ""}` };
}

/** A namespace is a group of tools. */
function namesOf(tool: Json): string[] {
  if (tool.type === "namespace") return listOf(tool.tools).map(objectOf).flatMap(namesOf);
  return [String(tool.name ?? tool.type)];
}

function frames(reply: Reply): string[] {
  const all: string[] = [];
  const send = (type: string, data: Json): void => {
    const event = { type, sequence_number: all.length, ...data };
    all.push(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  send("response.created", { response: responseOf(reply, "in_progress", []) });
  const items = itemsOf(reply);
  for (const [output_index, item] of items.entries()) {
    const at = { output_index, item_id: item.id };
    const begun = { ...item, status: "in_progress" };
    if (item.type === "reasoning") {
      send("response.output_item.added", { output_index, item: { ...begun, summary: [] } });
      sendText(send, reply, { ...at, summary_index: 0 }, {
        part: "reasoning_summary_part",
        text: "reasoning_summary_text",
        content: { type: "summary_text", text: reply.thinking },
      });
    } else if (item.type === "message") {
      send("response.output_item.added", { output_index, item: { ...begun, content: [] } });
      sendText(send, reply, { ...at, content_index: 0 }, {
        part: "content_part",
        text: "output_text",
        content: { type: "output_text", text: reply.text, annotations: [] },
      });
    } else {
      send("response.output_item.added", { output_index, item: { ...begun, arguments: "" } });
      for (const delta of reply.pieces(String(item.arguments))) {
        send("response.function_call_arguments.delta", { ...at, delta });
      }
      const { name, arguments: args } = item;
      send("response.function_call_arguments.done", { ...at, name, arguments: args });
    }
    send("response.output_item.done", { output_index, item });
  }
  const status = reply.finish === "length" ? "incomplete" : "completed";
  send(`response.${status}`, { response: responseOf(reply, status, items) });
  return all;
}

interface TextEvents {
  readonly part: string;
  readonly text: string;
  readonly content: Json & { readonly text: string };
}

function sendText(
  send: (type: string, data: Json) => void,
  reply: Reply,
  at: Json,
  { part, text, content }: TextEvents,
): void {
  send(`response.${part}.added`, { ...at, part: { ...content, text: "" } });
  for (const delta of reply.pieces(content.text)) send(`response.${text}.delta`, { ...at, delta });
  send(`response.${text}.done`, { ...at, text: content.text });
  send(`response.${part}.done`, { ...at, part: content });
}

function itemsOf({ id, text, thinking, calls }: Reply): Json[] {
  return [
    ...thinking === "" ? [] : [{
      id: `rs_${id}`,
      type: "reasoning",
      summary: [{ type: "summary_text", text: thinking }],
    }],
    ...text === "" && calls.length > 0 ? [] : [{
      id: `msg_${id}`,
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text, annotations: [] }],
    }],
    ...calls.map((call) => ({
      id: `fc_${call.id}`,
      type: "function_call",
      call_id: call.id,
      name: call.name,
      arguments: call.args,
      status: "completed",
    })),
  ];
}

function responseOf(reply: Reply, status: string, output: readonly Json[]): Json {
  const { id, model, input, cached, output: written, finish } = reply;
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: Math.floor(Date.now() / 1000),
    status: finish === "length" && status === "completed" ? "incomplete" : status,
    model,
    output,
    error: null,
    incomplete_details: finish === "length" ? { reason: "max_output_tokens" } : null,
    usage: status === "in_progress" ? null : {
      input_tokens: input,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: written,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + written,
    },
  };
}
