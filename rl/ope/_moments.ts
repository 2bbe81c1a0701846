import type { WeightMoments } from "./types.ts";

/** Effective sample size, `(sum w)^2 / sum w^2`; 0 when no weight is above 0. */
export function effectiveSize({ sum, squares }: Pick<WeightMoments, "sum" | "squares">): number {
  return squares > 0 ? sum * sum / squares : 0;
}

/** Variance of the mean of some numbers, with n - 1 below; 0 for one alone. */
export function varianceOfMean(terms: Float64Array, mean: number): number {
  let squares = 0;
  for (let i = 0; i < terms.length; i++) squares += (terms[i]! - mean) ** 2;
  return terms.length > 1 ? squares / (terms.length - 1) / terms.length : 0;
}

/** The mean. */
export function meanOf(terms: Float64Array): number {
  return sumOf(terms) / terms.length;
}

/** The sum. */
export function sumOf(terms: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < terms.length; i++) sum += terms[i]!;
  return sum;
}
