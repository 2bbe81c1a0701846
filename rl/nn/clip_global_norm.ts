import type { Numbers } from "./types.ts";

/**
 * Shortens a gradient to a length: `g · min(1, c / (‖g‖ + 1e-6))`. A gradient that is not finite is
 * left alone.
 *
 * Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML
 * 2013, algorithm 1; the 1e-6 is PyTorch's.
 *
 * @param most the length c; Infinity clips nothing.
 * @returns the length before.
 *
 * @example
 * ```ts
 * import { clipGlobalNorm } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const grads = new Float32Array([3, 4]);
 * assert.equal(clipGlobalNorm(grads, 0.5), 5);
 * assert.ok(Math.abs(Math.hypot(...grads) - 0.5) < 1e-6);
 * ```
 */
export function clipGlobalNorm(grads: Numbers, most: number): number {
  let squares = 0;
  for (let i = 0; i < grads.length; i++) squares += grads[i]! * grads[i]!;
  const norm = Math.sqrt(squares);
  const scale = most / (norm + 1e-6);
  if (scale < 1 && norm < Infinity) { for (let i = 0; i < grads.length; i++) grads[i]! *= scale; }
  return norm;
}
