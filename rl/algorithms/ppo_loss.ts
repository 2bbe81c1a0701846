import type { Categorical } from "../nn/categorical.ts";
import type { PolicyRows } from "./types.ts";

/** Rows of PPO. */
export interface PpoRows extends PolicyRows {
  /** How much better than expected each action turned out. */
  readonly advantage: Float64Array;
  /** Log-probability of each action when it was taken. */
  readonly oldLogp: Float64Array;
}

/** Options of {@linkcode ppoLoss}. */
export interface PpoLossOptions {
  /** How far the ratio of probabilities may leave 1 before it stops paying. Default 0.2. */
  readonly clip?: number;
  /** Factor of the entropy. Default 0.01. */
  readonly entropyCoef?: number;
}

/** What {@linkcode ppoLoss} measures on its way. */
export interface PpoStats {
  /** Mean entropy of the rows. */
  entropy: number;
  /** `mean((ρ-1) - ln ρ)`: how far the policy has moved. */
  approxKl: number;
  /** Share of rows whose ratio has left the clip range. */
  clipFraction: number;
}

/**
 * `L = -mean(min(ρ A, clip(ρ, 1±ε) A)) - c_H mean(H)` with `ρ = exp(clamp(logp - logp_old, ±20))`,
 * and its gradient to the logits.
 *
 * Source: Schulman, Wolski, Dhariwal, Radford, Klimov, "Proximal policy optimization algorithms",
 * arXiv 1707.06347, equation 7; the estimate of the divergence: Schulman, "Approximating KL
 * divergence", 2020 (k3).
 *
 * @param out takes the measures.
 * @returns the loss; NaN or infinite when logits or advantages are.
 *
 * @example
 * ```ts
 * import { createCategorical, ppoLoss } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const stats = { entropy: 0, approxKl: 0, clipFraction: 0 };
 * const rows = {
 *   rows: 1,
 *   logits: new Float64Array(2),
 *   logitsGrad: new Float64Array(2),
 *   action: new Int32Array([0]),
 *   advantage: new Float64Array([1]),
 *   oldLogp: new Float64Array([Math.log(0.25)]),
 * };
 * const loss = ppoLoss(rows, createCategorical(2), { entropyCoef: 0 }, stats);
 * assert.ok(Math.abs(loss + 1.2) < 1e-12); // the ratio is 2, of which 1.2 counts
 * assert.equal(Math.max(...rows.logitsGrad.map(Math.abs)), 0);
 * ```
 */
export function ppoLoss(
  rows: PpoRows,
  choice: Categorical,
  options: PpoLossOptions,
  out: PpoStats,
): number {
  const { clip = 0.2, entropyCoef = 0.01 } = options;
  const { logits, logitsGrad, mask, action, advantage, oldLogp } = rows;
  const n = rows.rows;
  const actions = choice.logp.length;
  let [loss, entropy, kl, clipped] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const at = i * actions;
    choice.load(logits, at, mask, at);
    const apart = choice.logp[action[i]!]! - oldLogp[i]!;
    const log = Math.min(Math.max(apart, -20), 20);
    const ratio = Math.exp(log);
    const a = advantage[i]!;
    const bounded = Math.min(Math.max(ratio, 1 - clip), 1 + clip);
    const h = choice.entropy();
    loss -= Math.min(ratio * a, bounded * a) + entropyCoef * h;
    entropy += h;
    kl += ratio - 1 - log;
    if (bounded !== ratio) clipped++;
    // Beyond the range, and beyond the clamp, the loss is flat.
    const flat = bounded * a < ratio * a || log !== apart;
    choice.gradient(action[i]!, flat ? 0 : -ratio * a / n, -entropyCoef / n, logitsGrad, at);
  }
  out.entropy = entropy / n;
  out.approxKl = kl / n;
  out.clipFraction = clipped / n;
  return loss / n;
}
