import { wrapLM } from "./_wrap_lm.ts";
import type { LMResponse, LMUsage, LMWrapper } from "./types.ts";
import { addUsage } from "./usage.ts";

/** What a model costs, in US dollars for a million tokens. */
export interface LMPrice {
  /** Tokens read. */
  readonly input: number;
  /** Tokens written. */
  readonly output: number;
  /** Tokens read that the server had in its cache. Default as `input`. */
  readonly cachedInput?: number;
}

/** Where {@linkcode metered} adds up: pass one to several models to have one sum. */
export interface UsageMeter {
  /** All requests so far. */
  total: LMUsage;
}

/** Options of {@linkcode metered}. */
export interface MeteredOptions {
  /** Prices by the model's `id`. A model that is not listed has none, and no `usd`. */
  readonly prices?: Readonly<Record<string, LMPrice>>;
}

/**
 * Adds what each reply took to a meter and, where a price is given, writes `usd` into the reply.
 * Requests that failed are not counted: servers do not say what they took.
 *
 * @example
 * ```ts
 * import { compose, metered, NO_USAGE, scriptedLM, type UsageMeter } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const spent: UsageMeter = { total: NO_USAGE };
 * const lm = compose(scriptedLM(["Hello."]), metered(spent));
 * await lm.call({ messages: [{ role: "user", content: "Greet me." }] });
 * assert.equal(spent.total.requests, 1);
 * ```
 */
export function metered(meter: UsageMeter, options: MeteredOptions = {}): LMWrapper {
  return (lm) => {
    const price = options.prices?.[lm.id];
    return wrapLM(lm, async (request) => {
      const response = await lm.call(request);
      const priced = price === undefined ? response : withPrice(response, price);
      meter.total = addUsage(meter.total, priced.usage);
      return priced;
    });
  };
}

function withPrice(response: LMResponse, price: LMPrice): LMResponse {
  const { inputTokens, outputTokens, cachedTokens } = response.usage;
  const dollars = (inputTokens - cachedTokens) * price.input +
    cachedTokens * (price.cachedInput ?? price.input) + outputTokens * price.output;
  return { ...response, usage: { ...response.usage, usd: dollars / 1e6 } };
}
