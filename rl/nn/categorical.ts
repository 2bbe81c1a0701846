import type { Rng } from "../rng.ts";
import type { Numbers } from "./types.ts";

/** A choice among actions by their logits, some of which may be unavailable. */
export interface Categorical {
  /** Log-probability of each action of the row that was loaded; minus infinity where masked. */
  readonly logp: Float64Array;
  /**
   * Takes over a row of logits.
   *
   * @param at where the row begins in `logits`.
   * @param mask 1 where an action may be taken; all may when left out.
   * @param maskAt where the row begins in `mask`.
   * @returns whether all log-probabilities of available actions are numbers.
   * @throws {RangeError} when no action is available.
   */
  load(logits: Numbers, at: number, mask?: Uint8Array, maskAt?: number): boolean;
  /** `H = -Σ p log p` of the row, with 0 · log 0 = 0. */
  entropy(): number;
  /** Draws an action from exactly these probabilities. */
  sample(rng: Rng): number;
  /**
   * Writes the gradient of `byLogp · logp[action] + byEntropy · H` to the logits.
   *
   * @param at where the row begins in `out`.
   */
  gradient(action: number, byLogp: number, byEntropy: number, out: Numbers, at: number): void;
}

/**
 * The masked categorical distribution. Masked logits count as minus infinity **before** the largest
 * is sought: `logp = (z - max) - ln Σ exp(z - max)`; `∂logp_a/∂z_j = 1_a - p_j`;
 * `∂H/∂z_j = -p_j (logp_j + H)`.
 *
 * Source: Huang and Ontañón, "A closer look at invalid action masking in policy gradient
 * algorithms", FLAIRS 2022; log-sum-exp: Higham, "Accuracy and stability of numerical algorithms",
 * 2nd ed., section 27.8; its own derivatives are checked by finite differences.
 *
 * @param actions how many there are.
 *
 * @example
 * ```ts
 * import { createCategorical } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const choice = createCategorical(3);
 * choice.load(new Float32Array([0, 1000, 0]), 0, new Uint8Array([1, 0, 1]));
 * assert.deepEqual([...choice.logp], [-Math.LN2, -Infinity, -Math.LN2]);
 * ```
 */
export function createCategorical(actions: number): Categorical {
  const logp = new Float64Array(actions);

  return {
    logp,
    load(logits, at, mask, maskAt = 0) {
      let most = -Infinity;
      let available = 0;
      for (let j = 0; j < actions; j++) {
        if (mask !== undefined && mask[maskAt + j] !== 1) continue;
        available++;
        const z = logits[at + j]!;
        if (z > most) most = z; // what is no number shows in the sum below
      }
      if (available === 0) {
        throw new RangeError(
          "no action is available; an episode that offers none must end instead",
        );
      }
      let sum = 0;
      for (let j = 0; j < actions; j++) {
        if (mask === undefined || mask[maskAt + j] === 1) sum += Math.exp(logits[at + j]! - most);
      }
      const log = Math.log(sum);
      for (let j = 0; j < actions; j++) {
        const masked = mask !== undefined && mask[maskAt + j] !== 1;
        logp[j] = masked ? -Infinity : logits[at + j]! - most - log;
      }
      return Number.isFinite(log);
    },
    entropy() {
      let entropy = 0;
      for (let j = 0; j < actions; j++) {
        const p = Math.exp(logp[j]!);
        if (p > 0) entropy -= p * logp[j]!;
      }
      return entropy;
    },
    sample(rng) {
      let left = rng.float();
      let last = 0;
      for (let j = 0; j < actions; j++) {
        const p = Math.exp(logp[j]!);
        if (!(p > 0)) continue;
        last = j;
        left -= p;
        if (left < 0) return j;
      }
      return last;
    },
    gradient(action, byLogp, byEntropy, out, at) {
      const entropy = byEntropy === 0 ? 0 : this.entropy();
      for (let j = 0; j < actions; j++) {
        const p = Math.exp(logp[j]!);
        const ofEntropy = p > 0 ? -p * (logp[j]! + entropy) : 0;
        out[at + j] = byLogp * ((j === action ? 1 : 0) - p) + byEntropy * ofEntropy;
      }
    },
  };
}
