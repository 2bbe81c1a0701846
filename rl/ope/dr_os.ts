import { shrunkDr } from "./_shrunk_dr.ts";
import { fitRewards, type RewardModel } from "./fit_rewards.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/** Of how many lambdas the best is chosen, besides 0 and infinity. */
const STEPS = 20;

/** What DRos may be given. */
export interface DrOsOptions {
  /** From 0 (the model alone) to infinity (doubly robust). Default: the best of 22. */
  readonly lambda?: number;
  /** Default: `fitRewards(log)`. */
  readonly model?: RewardModel;
}

/**
 * Doubly robust with optimistic shrinkage: weights become `lambda w / (w^2 + lambda)`. Lambda is 0,
 * infinite, or one of 20 between 0.1 and 100 times the largest weight squared, whichever has the
 * least `(bias bound)^2 + variance`; `chosen.lambda` tells which.
 *
 * Source: Su, Dimakopoulou, Krishnamurthy, Dudik, "Doubly robust off-policy evaluation with
 * shrinkage", ICML 2020; here the bias is bounded by `mean((w - v) |r - q|)`.
 *
 * @throws {RangeError} when the log has no rows or lambda is below 0.
 *
 * @example
 * ```ts
 * import { doublyRobust, drOs, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [1], mask: [true, true], action: 0, propensity: 0.1, reward: 0.5 };
 * const log = weighRows([row, { ...row, reward: 1 }], { probs: () => [1, 0] });
 * assert.equal(drOs(log, { lambda: Infinity }).value, doublyRobust(log).value);
 * ```
 */
export function drOs(
  log: WeighedLog,
  { lambda, model = fitRewards(log) }: DrOsOptions = {},
): OpeEstimate {
  if (lambda !== undefined && !(lambda >= 0)) {
    throw new RangeError(`lambda is a number from 0: ${lambda}`);
  }
  const ratio = Math.max(1, 1000 * log.moments.largest ** 2);
  const between = Array.from({ length: STEPS }, (_, i) => 0.1 * ratio ** (i / (STEPS - 1)));
  return shrunkDr(log, model, {
    method: "dr-os",
    parameter: "lambda",
    candidates: lambda === undefined ? [0, ...between, Infinity] : [lambda],
    shrink: shrunk,
    // The largest is reached at w = sqrt(lambda).
    most: (bound, lambda) => lambda > bound * bound ? shrunk(bound, lambda) : Math.sqrt(lambda) / 2,
  });
}

function shrunk(w: number, lambda: number): number {
  if (w === 0 || lambda === Infinity) return w;
  return lambda * w / (w * w + lambda);
}
