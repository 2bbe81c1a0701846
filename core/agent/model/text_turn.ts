import type { JsonSchema, LMMessage, LMTool, LMToolCall } from "../../lm/types.ts";
import { tolerantJson } from "../../program/tolerant_json.ts";

/** What a model without tool calls said, read as a turn. */
export interface TextTurn {
  /** The answer, or what it thinks it is doing. */
  readonly text: string;
  readonly calls: readonly LMToolCall[];
}

const FINISH = "finish";

/** Tells a model without tool calls how to call one; servers do not show it the schema. */
export function textInstructions(tools: readonly LMTool[]): string {
  const list = tools.map(({ name, description, parameters }) => {
    const fields = Object.entries(parameters.properties ?? {})
      .map(([key, { description = "", type = "any" }]) =>
        `${key} (${type}${description === "" ? "" : `: ${description}`})`
      );
    return `- ${name}: ${description}. args: ${fields.join(", ") || "none"}`;
  });
  return [
    "Answer with one JSON object and nothing else:",
    `{"thought": "one sentence", "tool": "a tool's name or ${FINISH}", "args": {}, "answer": ""}`,
    `With "tool": "${FINISH}" the answer is for the person and the work ends.`,
    "Tools:",
    ...list,
  ].join("\n");
}

/** The schema of such a reply: flat, the thought first, the tools as a short list. */
export function textSchema(tools: readonly LMTool[]): JsonSchema {
  return {
    type: "object",
    properties: {
      thought: { type: "string" },
      tool: { type: "string", enum: [...tools.map(({ name }) => name), FINISH] },
      args: { type: "object" },
      answer: { type: "string" },
    },
    required: ["thought", "tool", "args", "answer"],
  };
}

/** The same conversation without tool messages. */
export function withoutTools(messages: readonly LMMessage[]): LMMessage[] {
  return messages.map((message): LMMessage => {
    if (message.role === "tool") {
      return { role: "user", content: `Result of ${message.name}:\n${message.content}` };
    }
    if (message.role !== "assistant") return message;
    const [call] = message.toolCalls ?? [];
    const content = call === undefined
      ? JSON.stringify({ thought: "", tool: FINISH, args: {}, answer: message.content })
      : `{"thought": ${JSON.stringify(message.content)}, "tool": ${JSON.stringify(call.name)}, ` +
        `"args": ${call.arguments}, "answer": ""}`;
    return { role: "assistant", content };
  });
}

/**
 * Reads such a reply.
 *
 * @returns undefined when it is no such object.
 */
export function readTextTurn(text: string): TextTurn | undefined {
  const value = objectIn(text);
  if (value === undefined) return undefined;
  const { thought, tool, args, answer } = value;
  if (typeof tool !== "string") return undefined;
  if (tool === FINISH || tool === "") {
    return { text: asText(answer) || asText(thought), calls: [] };
  }
  const given = JSON.stringify(args ?? {});
  return {
    text: asText(thought),
    calls: [{ id: crypto.randomUUID().slice(0, 8), name: tool, arguments: given }],
  };
}

/** What was cut off says less than was meant: an edit with half its text must not run. */
function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const { value, truncated } = tolerantJson(text, { object: true });
    return truncated ? undefined : value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
