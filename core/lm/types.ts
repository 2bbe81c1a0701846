/** A JSON Schema, as plain JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A call that a model asks for. */
export interface LMToolCall {
  /** Unique in its reply; made up by the client where the server gives none. */
  readonly id: string;
  /** The tool's name, as the model wrote it. */
  readonly name: string;
  /** Its arguments as the model wrote them: JSON text, unchecked and perhaps broken. */
  readonly arguments: string;
}

/** One message of a conversation with a model. */
export type LMMessage =
  | { readonly role: "system" | "user"; readonly content: string }
  | {
    readonly role: "assistant";
    readonly content: string;
    /** What the model thought aloud, for servers that want it back. */
    readonly thinking?: string;
    readonly toolCalls?: readonly LMToolCall[];
  }
  | {
    readonly role: "tool";
    readonly content: string;
    /** Id of the call that this answers. */
    readonly call: string;
    /** Name of the tool, for servers that go by names. */
    readonly name: string;
  };

/** A tool as a model sees it. */
export interface LMTool {
  /** What the model calls it by. */
  readonly name: string;
  /** What it does, in few words. */
  readonly description: string;
  /** JSON Schema of its arguments: an object. */
  readonly parameters: JsonSchema;
}

/** How a model is to answer. What is undefined is left to the server. */
export interface LMParams {
  /** Randomness, from 0. */
  readonly temperature?: number;
  /** Tokens of the reply at most. */
  readonly maxTokens?: number;
  /** Texts that end the reply. */
  readonly stop?: readonly string[];
  /** For servers that can repeat themselves. */
  readonly seed?: number;
  /** Whether to think first; only sent to models that can. */
  readonly think?: boolean;
  /** Context window to serve, in tokens; Ollama cuts silently at its default without it. */
  readonly numCtx?: number;
  /** Tells apart requests that are otherwise the same, so that a cache answers each anew. */
  readonly rollout?: number;
}

/** A piece of a reply as it comes; an empty one says only that the server is at work. */
export interface LMDelta {
  /** More of the answer. */
  readonly text?: string;
  /** More of what the model thinks aloud. */
  readonly thinking?: string;
}

/** What is asked of a model. */
export interface LMRequest {
  /** The conversation, oldest first. */
  readonly messages: readonly LMMessage[];
  /** JSON Schema that the reply's text is to follow. */
  readonly schema?: JsonSchema;
  /** What the model may call. Default nothing. */
  readonly tools?: readonly LMTool[];
  /** How it is to answer. */
  readonly params?: LMParams;
  /** Ends the request. */
  readonly signal?: AbortSignal;
  /**
   * Asks for the reply in pieces as well: told each as it comes. The whole reply is still returned.
   * A request that failed after its first piece with text is not sent again by `retry`.
   */
  readonly onDelta?: (delta: LMDelta) => void;
}

/** What requests took. Sums of sums are sums: see `addUsage`. */
export interface LMUsage {
  /** Tokens read, those from the server's cache included. */
  readonly inputTokens: number;
  /** Tokens written, thinking included. */
  readonly outputTokens: number;
  /** Of the tokens read, those the server had in its cache. */
  readonly cachedTokens: number;
  /** Requests sent. */
  readonly requests: number;
  /** Price in US dollars; absent when no price is known. */
  readonly usd?: number;
  /** Set when the server gave no counts and they were estimated from lengths. */
  readonly estimated?: true;
}

/** Why a reply ended: by itself, at the limit of tokens, or to have tools called. */
export type LMFinish = "stop" | "length" | "tool";

/** A reply. */
export interface LMResponse {
  /** The answer, without thinking. */
  readonly text: string;
  /** What the model thought aloud. */
  readonly thinking?: string;
  /** What it wants called, in order. */
  readonly toolCalls?: readonly LMToolCall[];
  /** Why it ended. */
  readonly finish: LMFinish;
  /** What it took; zero when it came from a cache. */
  readonly usage: LMUsage;
  /** Whether it came from our own cache. */
  readonly cached: boolean;
}

/** What a model and its server can do. */
export interface LMCapabilities {
  /** Replies that follow a JSON Schema. */
  readonly schema: boolean;
  /** Native tool calls. Assumed where the server does not say, until it refuses them. */
  readonly tools: boolean;
  /** Replies in pieces. */
  readonly stream: boolean;
  /** Thinking that can be switched. */
  readonly think: boolean;
}

/** What a server says about a model. */
export interface LMInfo {
  /** What it can do. */
  readonly can: LMCapabilities;
  /** The context window that is served, in tokens; undefined when the server does not say. */
  readonly window?: number;
}

/**
 * A language model behind whatever protocol. One method: streaming is an option of the request, so
 * that every wrapper (retry, timeout, cache, meter) works for it as it is.
 */
export interface LM {
  /** Provider and model: `ollama/qwen3:1.7b`. */
  readonly id: string;
  /** What it can do as far as is known by now, without asking. */
  readonly can: LMCapabilities;
  /** What requests are answered with where they say nothing themselves; part of the cache's key. */
  readonly params?: LMParams;
  /**
   * Answers.
   *
   * @throws {LMError} for everything that goes wrong; nothing else.
   */
  call(request: LMRequest): Promise<LMResponse>;
  /**
   * Asks the server what the model can do; kept after the first answer. A server that does not say
   * gives what is known without asking.
   *
   * @throws {LMError} when it cannot be reached or knows no such model.
   */
  info?(signal?: AbortSignal): Promise<LMInfo>;
}

/** Adds something to a model and is one again. */
export type LMWrapper = (lm: LM) => LM;
