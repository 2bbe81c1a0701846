import type { Categorical } from "../nn/categorical.ts";
import type { PolicyRows } from "./types.ts";

/** Rows of REINFORCE. */
export interface ReinforceRows extends PolicyRows {
  /** How much better than expected each action turned out. */
  readonly advantage: Float64Array;
  /**
   * Weight of each row, a constant: 1, or the truncated ratio of probabilities of a replayed one.
   */
  readonly weight: Float64Array;
}

/** Options of {@linkcode reinforceLoss}. */
export interface ReinforceLossOptions {
  /** Factor of the entropy. Default 0.01. */
  readonly entropyCoef?: number;
  /** Rows the mean is taken over, when these are a part of a batch. Default all of these. */
  readonly total?: number;
}

/**
 * `L = -mean(w A logp_a) - c_H mean(H)`, and its gradient to the logits.
 *
 * Source: Williams, "Simple statistical gradient-following algorithms for connectionist
 * reinforcement learning", Machine Learning 8, 1992; the entropy: Mnih et al., "Asynchronous
 * methods for deep reinforcement learning", ICML 2016; truncated weights: Espeholt et al.,
 * "IMPALA", ICML 2018.
 *
 * @returns the loss; NaN or infinite when logits or advantages are.
 *
 * @example
 * ```ts
 * import { createCategorical, reinforceLoss } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const logitsGrad = new Float64Array(2);
 * const loss = reinforceLoss({
 *   rows: 1,
 *   logits: new Float64Array(2),
 *   logitsGrad,
 *   action: new Int32Array([0]),
 *   advantage: new Float64Array([2]),
 *   weight: new Float64Array([1]),
 * }, createCategorical(2), { entropyCoef: 0 });
 * assert.equal(loss, 2 * Math.LN2);
 * assert.deepEqual([...logitsGrad], [-1, 1]); // a step against it makes action 0 likelier
 * ```
 */
export function reinforceLoss(
  rows: ReinforceRows,
  choice: Categorical,
  options: ReinforceLossOptions = {},
): number {
  const { entropyCoef = 0.01, total = rows.rows } = options;
  const { logits, logitsGrad, mask, action, advantage, weight } = rows;
  const actions = choice.logp.length;
  let loss = 0;
  for (let i = 0; i < rows.rows; i++) {
    const at = i * actions;
    choice.load(logits, at, mask, at);
    const gain = weight[i]! * advantage[i]!;
    loss -= gain * choice.logp[action[i]!]! + entropyCoef * choice.entropy();
    choice.gradient(action[i]!, -gain / total, -entropyCoef / total, logitsGrad, at);
  }
  return loss / total;
}
