import type { LM, LMWrapper } from "./types.ts";

/**
 * Puts wrappers around a model, the first one innermost. With `timeout` before `retry` the limit
 * holds for each attempt; the other way round it holds for all attempts together.
 *
 * @example
 * ```ts
 * import { compose, retry, scriptedLM, timeout } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const lm = compose(scriptedLM(["Hello."]), timeout(10_000), retry());
 * const { text } = await lm.call({ messages: [{ role: "user", content: "Greet me." }] });
 * assert.equal(text, "Hello.");
 * ```
 */
export function compose(lm: LM, ...wrappers: readonly LMWrapper[]): LM {
  return wrappers.reduce((inner, wrap) => wrap(inner), lm);
}
