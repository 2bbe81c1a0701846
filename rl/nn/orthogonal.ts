import type { Rng } from "../rng.ts";
import { sampleNormal } from "../sample/normal.ts";

/**
 * A random matrix whose shorter side's vectors are orthogonal and of length `gain`: what layers
 * start from, so that signals keep their size. Evenly distributed, as the triangular factor has a
 * positive diagonal.
 *
 * Source: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep
 * linear neural networks", ICLR 2014; evenness: Mezzadri, Notices of the AMS 54(5), 2007.
 *
 * @param gain √2 before a tanh by PPO's convention, 0.01 for a policy's head, 1 for a value's.
 * @returns `rows x cols` numbers, row by row.
 * @throws {RangeError} when a side is no integer from 1.
 *
 * @example
 * ```ts
 * import { createRng, orthogonal } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const [a, b, c, d] = orthogonal(2, 2, 1, createRng(7));
 * assert.ok(Math.abs(a! * c! + b! * d!) < 1e-12);
 * ```
 */
export function orthogonal(rows: number, cols: number, gain: number, rng: Rng): Float64Array {
  if (![rows, cols].every((side) => Number.isSafeInteger(side) && side > 0)) {
    throw new RangeError(`not a matrix: ${rows} x ${cols}; both sides are integers from 1`);
  }
  const count = Math.min(rows, cols);
  const size = Math.max(rows, cols);
  const vectors = Array.from({ length: count }, () => new Float64Array(size));
  for (const [i, vector] of vectors.entries()) {
    for (let k = 0; k < size; k++) vector[k] = sampleNormal(rng);
    // Gram-Schmidt, twice: once leaves what rounding did.
    for (let pass = 0; pass < 2; pass++) {
      for (const done of vectors.slice(0, i)) {
        const along = dot(vector, done);
        for (let k = 0; k < size; k++) vector[k]! -= along * done[k]!;
      }
    }
    const length = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < size; k++) vector[k]! /= length;
  }
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      out[r * cols + c] = gain * (rows <= cols ? vectors[r]![c]! : vectors[c]![r]!);
    }
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
