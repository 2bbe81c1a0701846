/** Settings of PPO apart from sizes and seed. */
export interface PpoSettings {
  /** Learning rate. */
  readonly lr: number;
  /** Whether it falls linearly to 0 over `totalSteps`. */
  readonly annealLr: boolean;
  /** Steps of each copy before learning. */
  readonly numSteps: number;
  /** Discount of rewards. */
  readonly gamma: number;
  /** Discount of differences in GAE. */
  readonly lambda: number;
  /** Rows of a minibatch; absent: a quarter of the batch. */
  readonly minibatchSize?: number;
  /** How often the batch is gone through. */
  readonly epochs: number;
  /** How far the ratio of probabilities may leave 1. */
  readonly clip: number;
  /** Whether values are clipped by the same width. */
  readonly clipValue: boolean;
  /** Whether advantages are brought to mean 0 and deviation 1 in each minibatch. */
  readonly normalizeAdvantage: boolean;
  /** Factor of the entropy. */
  readonly entropyCoef: number;
  /** Factor of the value loss. */
  readonly valueCoef: number;
  /** Length that gradients are shortened to. */
  readonly maxGradNorm: number;
  /** The epochs stop when the policy has moved by more than 1.5 of it; absent: never. */
  readonly targetKl?: number;
  /** Added to Adam's denominator. */
  readonly adamEps: number;
}

/**
 * Published settings of PPO for discrete actions.
 *
 * Source: `cleanrl`: Huang et al., "CleanRL", JMLR 23(274), 2022, `ppo.py`; `sb3`: Raffin et al.,
 * "Stable-Baselines3", JMLR 22(268), 2021, class `PPO`.
 *
 * @example
 * ```ts
 * import { createPpo, ppoPresets } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * createPpo({ obsSize: 4, actions: 2, nEnvs: 1, ...ppoPresets.sb3 });
 * assert.equal(ppoPresets.cleanrl.lr, 2.5e-4);
 * ```
 */
export const ppoPresets: { readonly cleanrl: PpoSettings; readonly sb3: PpoSettings } = {
  cleanrl: {
    lr: 2.5e-4,
    annealLr: true,
    numSteps: 128,
    gamma: 0.99,
    lambda: 0.95,
    epochs: 4,
    clip: 0.2,
    clipValue: true,
    normalizeAdvantage: true,
    entropyCoef: 0.01,
    valueCoef: 0.5,
    maxGradNorm: 0.5,
    adamEps: 1e-5,
  },
  sb3: {
    lr: 3e-4,
    annealLr: false,
    numSteps: 2048,
    gamma: 0.99,
    lambda: 0.95,
    minibatchSize: 64,
    epochs: 10,
    clip: 0.2,
    clipValue: false,
    normalizeAdvantage: true,
    entropyCoef: 0,
    valueCoef: 0.5,
    maxGradNorm: 0.5,
    adamEps: 1e-5,
  },
};
