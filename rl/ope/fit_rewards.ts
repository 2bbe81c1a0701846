import { checkFit } from "./_screen.ts";
import { fitRidge } from "./_ridge.ts";
import type { WeighedLog } from "./types.ts";

/** How the reward model is fitted. */
export interface FitRewardsOptions {
  /** Parts the rows are dealt into, 2 to 5. Default 5. */
  readonly folds?: number;
  /** Strength of the ridge, above 0. Default 1. */
  readonly lambda?: number;
}

/** A reward model's predictions at each row, made by a model that has not seen the row. */
export interface RewardModel {
  /** `q(x, a)` of the action that was taken. */
  readonly taken: Float64Array;
  /** `sum_a pi(a|x) q(x, a)`: what the policy would earn by the model. */
  readonly value: Float64Array;
}

/**
 * Fits the expected reward of each action by ridge regression, cross-fitted: row i is predicted by
 * a model of the rows outside its fold (row i is in fold `i mod folds`), so that the model cannot
 * remember the row's own noise. Predictions stay within the rewards seen.
 *
 * Source: Chernozhukov and others, "Double/debiased machine learning", The Econometrics Journal 21
 * (2018), for the cross-fitting.
 *
 * @throws {RangeError} when there are fewer than 2 rows, or the options are out of their range.
 *
 * @example
 * ```ts
 * import { fitRewards, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [1], mask: [true], action: 0, propensity: 1, reward: 0.5 };
 * const model = fitRewards(weighRows([row, row], { probs: () => [1] }));
 * assert.deepEqual([...model.value], [0.5, 0.5]);
 * ```
 */
export function fitRewards(
  { rows, probs }: WeighedLog,
  { folds = 5, lambda = 1 }: FitRewardsOptions = {},
): RewardModel {
  checkFit(folds, lambda);
  if (rows.length < 2) {
    throw new RangeError(`a cross-fitted model needs 2 rows at least, there are ${rows.length}`);
  }
  const all = rows.map(({ context, action, reward }) => ({ x: context, action, y: reward }));
  const taken = new Float64Array(rows.length);
  const value = new Float64Array(rows.length);
  for (let fold = 0; fold < Math.min(folds, rows.length); fold++) {
    const predict = fitRidge(all.filter((_, i) => i % folds !== fold), lambda);
    for (let i = fold; i < rows.length; i += folds) {
      const { context, action } = rows[i]!;
      taken[i] = predict(context, action);
      for (let a = 0; a < probs[i]!.length; a++) {
        if (probs[i]![a]! > 0) value[i]! += probs[i]![a]! * predict(context, a);
      }
    }
  }
  return { taken, value };
}
