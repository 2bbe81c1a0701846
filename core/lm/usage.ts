import type { LMUsage } from "./types.ts";

/** Nothing used: the start of a sum. */
export const NO_USAGE: LMUsage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  requests: 0,
});

/**
 * Adds up what requests took. Prices that are known are added; the sum has one as soon as one part
 * has. It is an estimate as soon as one part is.
 *
 * @example
 * ```ts
 * import { addUsage, NO_USAGE } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const one = { inputTokens: 5, outputTokens: 2, cachedTokens: 0, requests: 1 };
 * assert.deepEqual(addUsage(NO_USAGE, one), one);
 * ```
 */
export function addUsage(a: LMUsage, b: LMUsage): LMUsage {
  const usd = a.usd === undefined && b.usd === undefined ? undefined : (a.usd ?? 0) + (b.usd ?? 0);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    requests: a.requests + b.requests,
    ...usd !== undefined && { usd },
    ...(a.estimated || b.estimated) && { estimated: true as const },
  };
}
