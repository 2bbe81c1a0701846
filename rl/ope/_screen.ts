import type { LoggedRow, Rejections, RejectReason } from "./types.ts";

/** Least and largest reward. */
export type Range = readonly [number, number];

/** Nothing that happens is that rare, and products of such weights would overflow. */
const LEAST_PROPENSITY = 1e-12;

/** Why a row is of no use, or undefined. */
export function whyRejected(row: LoggedRow, range: Range): RejectReason | undefined {
  const { context, mask, action, propensity, reward } = row;
  if (!(propensity >= LEAST_PROPENSITY && propensity <= 1)) return "impossible propensity";
  if (mask[action] !== true) return "action outside the mask";
  if (!Number.isFinite(reward)) return "reward missing or not finite";
  if (reward < range[0] || reward > range[1]) return "reward outside its range";
  for (let i = 0; i < context.length; i++) {
    if (!Number.isFinite(context[i])) return "context not finite";
  }
  return undefined;
}

/** Counts one more. */
export function countRejected(counts: Record<string, number>, reason: RejectReason): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}

/** How many were rejected in all. */
export function sumRejected(counts: Rejections): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Throws unless it is a range of rewards. */
export function checkRange([low, high]: Range): void {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new RangeError(`not a range of rewards, least before largest: ${low}, ${high}`);
  }
}

/** Throws unless it is an error rate. */
export function checkAlpha(alpha: number): void {
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`alpha is a rate of errors between 0 and 1, such as 0.05: ${alpha}`);
  }
}

/** Throws unless it is a discount. */
export function checkGamma(gamma: number): void {
  if (!(gamma >= 0 && gamma <= 1)) throw new RangeError(`a discount is from 0 to 1: ${gamma}`);
}

/** Throws unless rows can be dealt so and a ridge be of that strength. */
export function checkFit(folds: number, lambda: number): void {
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= 5)) {
    throw new RangeError(`a model is cross-fitted over 2 to 5 folds: ${folds}`);
  }
  if (!(lambda > 0 && lambda < Infinity)) {
    throw new RangeError(`a ridge needs a finite strength above 0: ${lambda}`);
  }
}
