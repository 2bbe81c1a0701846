import { meanEstimate, needRows } from "./_estimate.ts";
import { fitRewards, type RewardModel } from "./fit_rewards.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/**
 * The doubly robust estimator: `mean(DM + w (r - q(x, a)))`. Unbiased while the propensities are
 * right, whatever the model, and of less variance than IPS where the model is good.
 *
 * Source: Dudik, Langford, Li, "Doubly robust policy evaluation and learning", ICML 2011.
 *
 * @param model default: `fitRewards(log)`.
 * @throws {RangeError} when the log has no rows.
 *
 * @example
 * ```ts
 * import { doublyRobust, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [1], mask: [true, true], action: 0, propensity: 0.5, reward: 1 };
 * const log = weighRows([row, row], { probs: () => [1, 0] });
 * assert.equal(doublyRobust(log).value, 1);
 * ```
 */
export function doublyRobust(log: WeighedLog, model: RewardModel = fitRewards(log)): OpeEstimate {
  needRows(log);
  const terms = model.value.map((value, i) =>
    value + log.weights[i]! * (log.rewards[i]! - model.taken[i]!)
  );
  return meanEstimate(terms, {
    method: "dr",
    effective: log.ess,
    width: (log.range[1] - log.range[0]) * (1 + 2 * log.moments.bound),
  });
}
