import type { Numbers } from "../nn/types.ts";

/** Values with what they should have been. */
export interface ValueRows {
  /** How many rows count. */
  rows: number;
  /** What the network says. */
  readonly value: Numbers;
  /** Where the gradient of the loss goes. */
  readonly valueGrad: Numbers;
  /** What came of it: advantage plus old value. */
  readonly returns: Float64Array;
  /** What the network said when the action was taken. */
  readonly oldValue: Float64Array;
}

/** Options of {@linkcode valueLoss}. */
export interface ValueLossOptions {
  /** Factor of the loss. Default 0.5. */
  readonly coef?: number;
  /**
   * How far a value may move from its old one before it stops paying; Infinity: freely. Default
   * 0.2.
   */
  readonly clip?: number;
}

/**
 * `L = c mean(½ max((v - R)², (v_old + clip(v - v_old, ±ε) - R)²))`, and its gradient to the
 * values.
 *
 * Source: Schulman et al., PPO's reference implementation in OpenAI Baselines (`ppo2`), described
 * in Huang et al., "The 37 implementation details of proximal policy optimization", ICLR blog 2022,
 * detail 9.
 *
 * @returns the loss; NaN or infinite when values or returns are.
 *
 * @example
 * ```ts
 * import { valueLoss } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const valueGrad = new Float64Array(1);
 * const loss = valueLoss({
 *   rows: 1,
 *   value: new Float64Array([1]),
 *   valueGrad,
 *   returns: new Float64Array([3]),
 *   oldValue: new Float64Array([1]),
 * }, { coef: 1 });
 * assert.equal(loss, 2);
 * assert.equal(valueGrad[0], -2);
 * ```
 */
export function valueLoss(rows: ValueRows, options: ValueLossOptions = {}): number {
  const { coef = 0.5, clip = 0.2 } = options;
  const { value, valueGrad, returns, oldValue } = rows;
  const n = rows.rows;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const free = value[i]! - returns[i]!;
    const moved = value[i]! - oldValue[i]!;
    const bounded = oldValue[i]! + Math.min(Math.max(moved, -clip), clip) - returns[i]!;
    const flat = bounded * bounded > free * free && Math.abs(moved) > clip;
    loss += 0.5 * (flat ? bounded * bounded : free * free);
    valueGrad[i] = flat ? 0 : coef * free / n;
  }
  return coef * loss / n;
}
