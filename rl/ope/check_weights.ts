import { MOST_ERRORS, ROUNDING, weightError } from "./_weight_error.ts";
import type { WeightMoments } from "./types.ts";

/** Whether the logged propensities can be those the actions were drawn with. */
export interface WeightControl {
  /** False when they cannot. */
  readonly ok: boolean;
  /** Mean of the weights; 1 is expected. */
  readonly mean: number;
  /** Standard error of the mean. */
  readonly se: number;
  /** In words, with the numbers. */
  readonly reason: string;
}

/**
 * The mean-weight control: importance weights have the mean 1 whatever the rewards, so a mean more
 * than 3 standard errors away means that the propensities of the log are not the true ones, or that
 * the policy wants what the log never does.
 *
 * A standard error that is itself estimated is too small where few weights differ from the others,
 * so what one row more can move, `max(1, largest - 1) / n`, is added in square; and while the
 * effective sample size is under 30 it is at least the largest that weights of mean 1 within `[0,
 * bound]` can have, `sqrt((bound - 1) / n)`.
 *
 * Source: Li, Chu, Langford, Wang, "Unbiased offline evaluation of contextual-bandit-based news
 * article recommendation algorithms", WSDM 2011 (weights of mean 1); Swaminathan, Joachims, "The
 * self-normalized estimator for counterfactual learning", NIPS 2015 (the mean as a control).
 *
 * @example
 * ```ts
 * import { checkWeights } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const twice = { n: 100, sum: 200, squares: 400, largest: 2, bound: 2 };
 * assert.equal(checkWeights(twice).ok, false);
 * ```
 */
export function checkWeights(moments: WeightMoments): WeightControl {
  if (moments.n === 0) return { ok: true, mean: NaN, se: NaN, reason: "no rows" };
  const { mean, se } = weightError(moments);
  const off = Math.abs(mean - 1);
  const ok = off <= MOST_ERRORS * se + ROUNDING;
  const far = `mean weight ${short(mean)}, ${short(off / se)} standard errors from 1`;
  return {
    ok,
    mean,
    se,
    reason: ok ? far : `${far}, more than ${MOST_ERRORS}: the logged propensities are not those ` +
      "the actions were drawn with, or the policy wants what the log never does",
  };
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}
