import type { Rng } from "../rng.ts";

/**
 * Draws an index with probabilities in proportion to the weights, by one number of the stream.
 *
 * Source: inversion by sequential search, Devroye, "Non-uniform random variate generation" (1986),
 * III.2.
 *
 * @param weights finite and not negative; they need not sum to 1.
 * @param mask indices that may be drawn; all when absent.
 * @returns the index, or -1 when the weights that may be drawn are all 0; then no number is taken.
 * @throws {RangeError} when a weight is negative or they and their sum are not finite, or the mask has
 * another length.
 *
 * @example
 * ```ts
 * import { createRng, sampleCategorical } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const rng = createRng(1);
 * assert.equal(sampleCategorical(rng, [0.5, 0.5, 0], [false, true, true]), 1);
 * assert.equal(sampleCategorical(rng, [0, 0]), -1);
 * ```
 */
export function sampleCategorical(
  rng: Rng,
  weights: ArrayLike<number>,
  mask?: readonly boolean[],
): number {
  const n = weights.length;
  if (mask && mask.length !== n) {
    throw new RangeError(`a mask of ${mask.length} for ${n} weights; it must have one for each`);
  }
  let total = 0;
  let last = -1;
  for (let i = 0; i < n; i++) {
    const weight = weights[i]!;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`weight ${i} is ${weight}, not a finite number from 0`);
    }
    if (weight === 0 || (mask && !mask[i])) continue;
    total += weight;
    last = i;
  }
  if (last < 0) return -1;
  if (total === Infinity) throw new RangeError("the weights sum to more than a number can hold");
  let left = rng.float() * total;
  for (let i = 0; i < last; i++) {
    if (mask && !mask[i]) continue;
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return last;
}
