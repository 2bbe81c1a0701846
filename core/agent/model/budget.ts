import type { LMUsage } from "../../lm/types.ts";
import type { Exceeded } from "../loop.ts";

/** What a run may take; undefined is unlimited. */
export interface Budget {
  /** Tokens read and written. */
  readonly tokens?: number | undefined;
  /** US dollars; only counts where a price is known. */
  readonly usd?: number | undefined;
  /** Seconds. */
  readonly seconds?: number | undefined;
}

/**
 * Says which limit is met, to be asked before each request.
 *
 * @param spent what the run took so far.
 * @param now milliseconds. Default `Date.now`.
 */
export function createBudget(
  budget: Budget,
  spent: () => LMUsage,
  now: () => number = Date.now,
): () => Exceeded | undefined {
  const started = now();
  return () => {
    const { inputTokens, outputTokens, usd = 0 } = spent();
    const { tokens, usd: dollars, seconds } = budget;
    if (tokens !== undefined && inputTokens + outputTokens >= tokens) {
      return { stop: "limit:tokens", value: tokens, flag: "--max-tokens" };
    }
    if (dollars !== undefined && usd >= dollars) {
      return { stop: "limit:cost", value: dollars, flag: "--max-cost" };
    }
    if (seconds !== undefined && now() - started >= seconds * 1000) {
      return { stop: "limit:time", value: seconds, flag: "--max-time" };
    }
    return undefined;
  };
}
