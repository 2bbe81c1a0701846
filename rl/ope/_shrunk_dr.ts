import { meanEstimate, needRows } from "./_estimate.ts";
import type { RewardModel } from "./fit_rewards.ts";
import { meanOf, varianceOfMean } from "./_moments.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/** A way to make weights smaller. */
export interface Shrinking {
  /** Name of the estimator. */
  readonly method: string;
  /** Name of what is chosen. */
  readonly parameter: string;
  /** What it may be. */
  readonly candidates: readonly number[];
  /** The smaller weight. */
  shrink(w: number, parameter: number): number;
  /** What no smaller weight passes, when no weight passes the bound. */
  most(bound: number, parameter: number): number;
}

/**
 * Doubly robust with smaller weights `v`, of which the parameter gives the least `(bias bound)^2 +
 * variance`: the bias is `E[(v - w)(r - q)]`, so `mean((w - v) |r - q|)` bounds it.
 */
export function shrunkDr(log: WeighedLog, model: RewardModel, how: Shrinking): OpeEstimate {
  needRows(log);
  const { weights, rewards } = log;
  let best: { error: number; terms: Float64Array; parameter: number } | undefined;
  for (const parameter of how.candidates) {
    let bias = 0;
    const terms = weights.map((w, i) => {
      const residual = rewards[i]! - model.taken[i]!;
      const v = how.shrink(w, parameter);
      bias += (w - v) * Math.abs(residual) / weights.length;
      return model.value[i]! + v * residual;
    });
    const error = bias ** 2 + varianceOfMean(terms, meanOf(terms));
    if (!best || error < best.error) best = { error, terms, parameter };
  }
  const { terms, parameter } = best!;
  return meanEstimate(terms, {
    method: how.method,
    effective: log.ess,
    width: (log.range[1] - log.range[0]) * (1 + 2 * how.most(log.moments.bound, parameter)),
    chosen: { [how.parameter]: parameter },
  });
}
