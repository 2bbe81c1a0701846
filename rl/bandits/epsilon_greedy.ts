import { begin, build } from "./_bandit.ts";
import { createMeans } from "./_means.ts";
import { inRange } from "./_options.ts";
import { shareBest } from "./_share_best.ts";
import type { Bandit, BanditStart } from "./types.ts";
import { wilson } from "./_wilson.ts";

/** What {@linkcode createEpsilonGreedy} takes. */
export interface EpsilonGreedyOptions extends BanditStart {
  /** Probability of any open arm, from 0 to 1. Default 0.1. */
  readonly epsilon?: number;
  /** Constant step towards each reward, up to 1. Default 0: the mean of all rewards. */
  readonly alpha?: number;
  /** What an arm is believed to be worth before its first reward. Default 0. */
  readonly initial?: number;
  /** c of the decay min(1, cK/(d²t)) of epsilon. Default 0: no decay. */
  readonly decayC?: number;
  /** d of the decay: a gap between the best arm and the next, up to 1. Default 0.1. */
  readonly decayD?: number;
}

/**
 * Takes the arm with the best mean, and any open one with probability ε:
 * p(a) = ε/|M| + (1-ε)·1[a is best]/|best|.
 *
 * Source: Sutton and Barto, "Reinforcement learning" (2018), 2.2 to 2.6; the decay is ε_n-greedy of
 * Auer, Cesa-Bianchi, Fischer, "Finite-time analysis of the multiarmed bandit problem" (2002).
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 *
 * @example
 * ```ts
 * import { createEpsilonGreedy } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = createEpsilonGreedy(["test", "lint"], { epsilon: 0.2 });
 * bandit.update(1, 1);
 * assert.deepEqual([...bandit.probs([true, true])], [0.1, 0.9]);
 * assert.deepEqual([...bandit.probs([true, false])], [1, 0]);
 * ```
 */
export function createEpsilonGreedy(
  arms: readonly string[],
  options: EpsilonGreedyOptions = {},
): Bandit {
  const { epsilon = 0.1, alpha = 0, initial = 0, decayC = 0, decayD = 0.1 } = options;
  inRange("epsilon", epsilon, 0, 1);
  inRange("alpha", alpha, 0, 1);
  inRange("initial", initial, -1e9, 1e9);
  inRange("decayC", decayC, 0);
  inRange("decayD", decayD, 1e-6, 1);
  const start = begin("epsilon-greedy", arms, options);
  const means = createMeans(start, initial);
  const score = (arm: number): number => means.mean[arm]!;
  const pace = decayC * arms.length / (decayD * decayD);

  return build(start, {
    options: { epsilon, alpha, initial, decayC, decayD },
    distribute(out, open, n, _context, updates) {
      const share = decayC > 0 ? Math.min(1, pace / (updates + 1)) : epsilon;
      shareBest(out, open, n, score);
      for (let i = 0; i < n; i++) {
        const arm = open[i]!;
        out[arm] = share / n + (1 - share) * out[arm]!;
      }
    },
    learn(arm, reward) {
      if (alpha === 0) return means.add(arm, reward);
      means.count[arm] = means.count[arm]! + 1;
      means.mean[arm] = means.mean[arm]! + alpha * (reward - means.mean[arm]!);
    },
    estimate(arm) {
      const count = means.count[arm]!;
      // A constant step remembers about (2 - alpha)/alpha rewards.
      const n = alpha > 0 ? Math.min(count, (2 - alpha) / alpha) : count;
      return wilson(means.mean[arm]!, n, count);
    },
    keep: means.keep,
  });
}
