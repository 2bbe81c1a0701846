import { shrunkDr } from "./_shrunk_dr.ts";
import { fitRewards, type RewardModel } from "./fit_rewards.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/** Of how many quantiles of the weights tau is chosen. */
const QUANTILES = 20;

/** What Switch-DR may be given. */
export interface SwitchDrOptions {
  /** Weights above are set to 0. Default: of the weights' quantiles the best. */
  readonly tau?: number;
  /** Default: `fitRewards(log)`. */
  readonly model?: RewardModel;
}

/**
 * Switch-DR: doubly robust where `w <= tau`, the model alone where the weight is larger. Tau is one
 * of 20 quantiles of the weights or 0, whichever has the least `(bias bound)^2 + variance`;
 * `chosen.tau` tells which.
 *
 * Source: Wang, Agarwal, Dudik, "Optimal and adaptive off-policy evaluation in contextual bandits",
 * ICML 2017; here the bias is bounded by `mean(w 1[w > tau] |r - q|)`.
 *
 * @throws {RangeError} when the log has no rows or tau is below 0.
 *
 * @example
 * ```ts
 * import { switchDr, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [1], mask: [true, true], action: 0, propensity: 0.1, reward: 0.5 };
 * const estimate = switchDr(weighRows([row, row], { probs: () => [1, 0] }), { tau: 5 });
 * assert.equal(estimate.value, 0.5);
 * ```
 */
export function switchDr(
  log: WeighedLog,
  { tau, model = fitRewards(log) }: SwitchDrOptions = {},
): OpeEstimate {
  if (tau !== undefined && !(tau >= 0)) throw new RangeError(`tau is a weight from 0: ${tau}`);
  const sorted = log.weights.slice().sort();
  const quantile = (_: unknown, i: number) =>
    sorted[Math.ceil((i + 1) / QUANTILES * sorted.length) - 1] ?? 0;
  return shrunkDr(log, model, {
    method: "switch-dr",
    parameter: "tau",
    candidates: tau === undefined
      ? [0, ...new Set(Array.from({ length: QUANTILES }, quantile))]
      : [tau],
    shrink: (w, tau) => w <= tau ? w : 0,
    most: Math.min,
  });
}
