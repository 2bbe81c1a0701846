import { effectiveSize } from "./_moments.ts";
import type { WeightMoments } from "./types.ts";

/** More standard errors from 1 than a sound log's mean weight is. */
export const MOST_ERRORS = 3;
/** What sums may be off. */
export const ROUNDING = 1e-9;
/** Below this effective size the spread seen among the weights says little of the true one. */
const ENOUGH = 30;

/** Mean of some weights, at least one, and its standard error as `checkWeights` tells it. */
export function weightError(moments: WeightMoments): { mean: number; se: number } {
  const { n, sum, squares, largest, bound } = moments;
  const mean = sum / n;
  const seen = n > 1 ? Math.max(0, squares / n - mean * mean) / (n - 1) : 0;
  const one = Math.max(1, largest - 1) / n;
  const most = effectiveSize(moments) < ENOUGH ? Math.max(0, bound - 1) / n : 0;
  return { mean, se: Math.sqrt(Math.max(seen, most) + (seen > 0 ? one * one : 0)) };
}
