/**
 * The parts of OpenAI's chat protocol that we read, with what servers that speak it add or leave out:
 * the SDK's own types promise more than most servers keep.
 */
export interface WireToolCall {
  readonly index?: number;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown };
}

/** A message, or the part of one that a piece of a stream adds. */
export interface WireMessage {
  readonly content?: string | null;
  readonly refusal?: string | null;
  /** Thinking, as DeepSeek, llama.cpp and others call it. */
  readonly reasoning_content?: string | null;
  /** Thinking, as OpenRouter, Ollama and others call it. */
  readonly reasoning?: string | null;
  readonly tool_calls?: readonly WireToolCall[] | null;
}

/** Counts of tokens. */
export interface WireUsage {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null;
  /** As DeepSeek has it. */
  readonly prompt_cache_hit_tokens?: number;
}

/** A whole reply, or a piece of a stream: they differ in `message` and `delta`. */
export interface WireReply {
  readonly choices?: readonly {
    readonly message?: WireMessage;
    readonly delta?: WireMessage;
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: WireUsage | null;
  readonly error?: unknown;
}

/** A model in the list of models. */
export interface WireModel {
  readonly id?: string;
  readonly owned_by?: string;
  readonly [key: string]: unknown;
}
