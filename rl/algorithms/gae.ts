/** A rollout, step by step: row `t` holds one number for each of `n` copies of an environment. */
export interface Rollout {
  /** Steps of each copy. */
  readonly steps: number;
  /** Copies. */
  readonly n: number;
  /** Reward of the step. */
  readonly reward: Float64Array;
  /** Value of the observation that the step's action was taken in. */
  readonly value: Float64Array;
  /** 1 where the task ended by itself at that step. */
  readonly terminated: Uint8Array;
  /** 1 where a limit of time ended it. */
  readonly truncated: Uint8Array;
  /** Value of the observation that a truncated episode ended with; read where `truncated` is 1. */
  readonly finalValue: Float64Array;
  /** Value of what each copy observes after the last step. */
  readonly lastValue: Float64Array;
}

/** Options of {@linkcode gae}. */
export interface GaeOptions {
  /** Discount of rewards. Default 0.99. */
  readonly gamma?: number;
  /** Discount of differences. Default 0.95. */
  readonly lambda?: number;
  /**
   * Whether a limit of time counts as the end of the task, as in CleanRL's `ppo.py`. Default false.
   */
  readonly cleanrlCompat?: boolean;
}

/**
 * Generalised advantage estimation:
 * `δ_t = r_t + γ v_{t+1} (1 - done_{t+1}) - v_t; A_t = δ_t + γ λ (1 - done_{t+1}) A_{t+1}`.
 * Where a limit of time ended an episode, what would have followed is worth the value of its last
 * observation; where the task itself ended it, nothing.
 *
 * Source: Schulman, Moritz, Levine, Jordan, Abbeel, "High-dimensional continuous control using
 * generalized advantage estimation", ICLR 2016, equation 16; limits of time: Pardo, Tavakoli,
 * Levdik, Kormushev, "Time limits in reinforcement learning", ICML 2018.
 *
 * @param advantage where the advantages go, of the rollout's shape.
 *
 * @example
 * ```ts
 * import { gae } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const advantage = new Float64Array(2);
 * gae({
 *   steps: 2,
 *   n: 1,
 *   reward: new Float64Array([1, 1]),
 *   value: new Float64Array([0.5, 0.5]),
 *   terminated: new Uint8Array([0, 1]),
 *   truncated: new Uint8Array(2),
 *   finalValue: new Float64Array(2),
 *   lastValue: new Float64Array([9]),
 * }, advantage, { gamma: 1, lambda: 1 });
 * assert.deepEqual([...advantage], [1.5, 0.5]); // return minus value
 * ```
 */
export function gae(rollout: Rollout, advantage: Float64Array, options: GaeOptions = {}): void {
  const { gamma = 0.99, lambda = 0.95, cleanrlCompat = false } = options;
  const { steps, n, reward, value, terminated, truncated, finalValue, lastValue } = rollout;
  for (let i = 0; i < n; i++) {
    let later = 0;
    for (let t = steps - 1; t >= 0; t--) {
      const at = t * n + i;
      let next = t === steps - 1 ? lastValue[i]! : value[at + n]!;
      const cut = truncated[at] === 1 && !cleanrlCompat;
      const ended = terminated[at] === 1 || truncated[at] === 1;
      if (ended) next = cut && terminated[at] === 0 ? finalValue[at]! : 0;
      const delta = reward[at]! + gamma * next - value[at]!;
      later = delta + (ended ? 0 : gamma * lambda * later);
      advantage[at] = later;
    }
  }
}
