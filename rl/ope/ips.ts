import { meanEstimate, needRows, weightedWidth } from "./_estimate.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/**
 * Inverse propensity scoring: `mean(w r)`, `se^2 = var(w r) / n`. Unbiased, of large variance where
 * weights are large.
 *
 * Source: Horvitz, Thompson, JASA 47 (1952); for policies: Strehl, Langford, Li, Kakade, "Learning
 * from logged implicit exploration data", NIPS 2010.
 *
 * @throws {RangeError} when the log has no rows.
 *
 * @example
 * ```ts
 * import { ips, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true, true], propensity: 0.5 };
 * const rows = [{ ...row, action: 0, reward: 1 }, { ...row, action: 1, reward: 0 }];
 * assert.equal(ips(weighRows(rows, { probs: () => [1, 0] })).value, 1);
 * ```
 */
export function ips(log: WeighedLog): OpeEstimate {
  needRows(log);
  return meanEstimate(log.weights.map((w, i) => w * log.rewards[i]!), {
    method: "ips",
    effective: log.ess,
    width: weightedWidth(log, log.moments.bound),
  });
}
