import { meanEstimate, needRows } from "./_estimate.ts";
import { fitRewards, type RewardModel } from "./fit_rewards.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/**
 * The direct method: `mean(sum_a pi(a|x) q(x, a))`. Of little variance, and as wrong as its model:
 * the standard error is that of the mean over the contexts and does not know of the model's bias.
 *
 * Source: Dudik, Langford, Li, "Doubly robust policy evaluation and learning", ICML 2011.
 *
 * @param model default: `fitRewards(log)`.
 * @throws {RangeError} when the log has no rows.
 *
 * @example
 * ```ts
 * import { directMethod, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [1], mask: [true], action: 0, propensity: 1, reward: 0.5 };
 * assert.equal(directMethod(weighRows([row, row], { probs: () => [1] })).value, 0.5);
 * ```
 */
export function directMethod(log: WeighedLog, model: RewardModel = fitRewards(log)): OpeEstimate {
  needRows(log);
  return meanEstimate(model.value, {
    method: "dm",
    effective: log.rows.length,
    width: log.range[1] - log.range[0],
  });
}
