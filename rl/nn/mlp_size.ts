/**
 * How many weights and biases a network of these sizes has.
 *
 * @example
 * ```ts
 * import { mlpSize } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.equal(mlpSize([4, 64, 2]), 4 * 64 + 64 + 64 * 2 + 2);
 * ```
 */
export function mlpSize(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, outs, i) => sum + (sizes[i]! + 1) * outs, 0);
}
