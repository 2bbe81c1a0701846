/**
 * Language models behind one interface: one method, `call`. Streaming is an option of the request, so
 * every wrapper works for it as it is. The SDKs load at the first request.
 *
 * @example A model, two wrappers, one question
 * ```ts
 * import { compose, metered, NO_USAGE, retry, scriptedLM } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const spent = { total: NO_USAGE };
 * const lm = compose(scriptedLM(["Paris"]), retry({ tries: 2 }), metered(spent));
 *
 * const { text, finish } = await lm.call({
 *   messages: [{ role: "user", content: "What is the capital of France?" }],
 * });
 * assert.deepEqual([text, finish, spent.total.requests], ["Paris", "stop", 1]);
 * ```
 *
 * @module
 */
export { cached, type CachedOptions, type LMCache } from "./cached.ts";
export { circuitBreaker, type CircuitBreakerOptions } from "./circuit_breaker.ts";
export { compose } from "./compose.ts";
export { estimateTokens } from "./estimate_tokens.ts";
export { LMError, type LMErrorKind, type LMErrorOptions } from "./lm_error.ts";
export { type LMPrice, metered, type MeteredOptions, type UsageMeter } from "./metered.ts";
export { ollamaLM, type OllamaLMOptions } from "./ollama_lm.ts";
export { openaiLM, type OpenaiLMOptions } from "./openai_lm.ts";
export { type ModelAddress, openModel, preloadModel } from "./open_model.ts";
export { parsePrice } from "./parse_price.ts";
export { parseThinking } from "./parse_thinking.ts";
export { preloadOllama } from "./preload_ollama.ts";
export { preloadOpenai } from "./preload_openai.ts";
export { redacted } from "./redacted.ts";
export { type LMTape, newTape, replayLM } from "./replay_lm.ts";
export { requestKey } from "./request_key.ts";
export { retry, type RetryOptions } from "./retry.ts";
export {
  type Script,
  scriptedLM,
  type ScriptedLMOptions,
  type ScriptedReply,
} from "./scripted_lm.ts";
export { splitThinking, type ThinkingSplitter } from "./split_thinking.ts";
export { timeout } from "./timeout.ts";
export type * from "./types.ts";
export { addUsage, NO_USAGE } from "./usage.ts";
