import { needRows, needSoundWeights, needWeight, ratioEstimate } from "./_estimate.ts";
import { fitRewards, type RewardModel } from "./fit_rewards.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/**
 * The self-normalised doubly robust estimator: `mean DM + sum(w (r - q(x, a))) / sum w`.
 *
 * Source: Thomas, Brunskill, "Data-efficient off-policy policy evaluation for reinforcement
 * learning", ICML 2016 (the weighted doubly robust estimator, here of one step).
 *
 * @param model default: `fitRewards(log)`.
 * @throws {RangeError} when the log has no rows, when the mean weight shows that the logging is
 * broken (see `checkWeights`), or when no row has a weight.
 *
 * @example
 * ```ts
 * import { sndr, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [1], mask: [true], action: 0, propensity: 1, reward: 1 };
 * assert.equal(sndr(weighRows([row, row], { probs: () => [1] })).value, 1);
 * ```
 */
export function sndr(log: WeighedLog, model: RewardModel = fitRewards(log)): OpeEstimate {
  needRows(log);
  needSoundWeights(log);
  needWeight(log);
  const top = log.weights.map((w, i) => w * (log.rewards[i]! - model.taken[i]!));
  return ratioEstimate(
    { plain: model.value, top, bottom: log.weights },
    { method: "sndr", effective: log.ess },
  );
}
