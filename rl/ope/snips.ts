import { needRows, needSoundWeights, needWeight, ratioEstimate } from "./_estimate.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/**
 * Self-normalised IPS: `sum(w r) / sum w`, with the delta-method standard error `sqrt(sum(w^2 (r -
 * V)^2)) / sum w`. Stays within the range of the rewards and does not change when a constant is
 * added to them.
 *
 * Source: Swaminathan, Joachims, "The self-normalized estimator for counterfactual learning", NIPS
 * 2015; the error as in Owen, "Monte Carlo theory, methods and examples", chapter 9.2.
 *
 * @throws {RangeError} when the log has no rows, when the mean weight shows that the logging is
 * broken (see `checkWeights`), or when no row has a weight.
 *
 * @example
 * ```ts
 * import { snips, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true, true], action: 0, propensity: 0.5 };
 * const rows = [{ ...row, reward: 1 }, { ...row, reward: 0 }, { ...row, action: 1, reward: 0 }];
 * assert.equal(snips(weighRows(rows, { probs: () => [1, 0] })).value, 0.5);
 * ```
 */
export function snips(log: WeighedLog): OpeEstimate {
  needRows(log);
  needSoundWeights(log);
  needWeight(log);
  const top = log.weights.map((w, i) => w * log.rewards[i]!);
  return ratioEstimate({ top, bottom: log.weights }, { method: "snips", effective: log.ess });
}
