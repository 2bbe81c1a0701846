import type { LMUsage } from "./types.ts";

/** What nothing takes. */
export const NO_USAGE: LMUsage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, requests: 0 };

/**
 * Adds what two requests took. A price is known when one of them is; an estimate in one makes the
 * sum one.
 */
export function addUsage(a: LMUsage, b: LMUsage): LMUsage {
  const usd = a.usd === undefined && b.usd === undefined ? undefined : (a.usd ?? 0) + (b.usd ?? 0);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    requests: a.requests + b.requests,
    ...usd !== undefined && { usd },
    ...(a.estimated || b.estimated) && { estimated: true },
  };
}
