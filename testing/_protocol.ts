/** One message of a request, with all it holds as text. */
export interface AskedMessage {
  readonly role: string;
  readonly text: string;
}

/** A request as every protocol has it. */
export interface Asked {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly AskedMessage[];
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  /** Whether the reply is to follow a JSON Schema. */
  readonly format: boolean;
  /** Whether to think; undefined when the request leaves it open. */
  readonly think: boolean | undefined;
  /** The window asked for, in tokens. */
  readonly numCtx: number | undefined;
  /** Whether a stream is to end with what it took. */
  readonly usage: boolean;
  /** Tokens of messages and tools, by four characters each. */
  readonly tokens: number;
}

/** A call with its arguments as JSON text, perhaps broken. */
export interface ReplyCall {
  readonly id: string;
  readonly name: string;
  readonly args: string;
}

/** A reply before it is written in a protocol. */
export interface Reply {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly ReplyCall[];
  readonly finish: "stop" | "length" | "tool";
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** Cuts text into the pieces it is sent in. */
  readonly pieces: (text: string) => string[];
}

/** How a server speaks. */
export interface Protocol {
  readonly name: "openai-chat" | "openai-responses" | "ollama-chat";
  /** Content type of a stream. */
  readonly streamType: string;
  read(body: Json): Asked;
  /** A reply as the chunks of a stream. */
  frames(reply: Reply, asked: Asked): string[];
  /** A reply in one. */
  whole(reply: Reply, asked: Asked): Json;
  /** An error as a body. */
  error(status: number, message: string, code?: string): Json;
}

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** A member as an object; empty when it is none. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Json : {};
}

/** A member as a list; empty when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text of a content: a string, or parts that have some. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content).map((part) => objectOf(part).text)
    .filter((text) => typeof text === "string").join("\n");
}

/** What servers count when they count nothing better: four characters are a token. */
export function tokensOf(...values: readonly unknown[]): number {
  const length = values.reduce<number>((sum, value) => sum + lengthOf(value), 0);
  return Math.ceil(length / 4);
}

function lengthOf(value: unknown): number {
  if (value === undefined) return 0;
  return typeof value === "string" ? value.length : JSON.stringify(value).length;
}
