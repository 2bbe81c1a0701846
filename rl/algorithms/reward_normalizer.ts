import { createWelford } from "./_welford.ts";

/** Brings rewards to a common size while a policy is trained. */
export interface RewardNormalizer {
  /**
   * Takes a reward into account, and gives it normalised.
   *
   * @param env which copy of the environment it is of, where returns are followed. Default 0.
   * @param ended whether its episode ended with it. Default false.
   * @throws {RangeError} when it is no finite number; nothing changes.
   */
  next(reward: number, env?: number, ended?: boolean): number;
  /** Forgets returns of episodes that were cut off; what is known of rewards stays. */
  abandon(): void;
  /** Its whole state as plain JSON. */
  snapshot(): unknown;
  /**
   * Reads a state without changing anything yet.
   *
   * @returns what takes it over.
   * @throws {RangeError} when it is damaged.
   */
  restore(snapshot: unknown): () => void;
}

/** Options of {@linkcode createRewardNormalizer}. */
export interface RewardNormalizerOptions {
  /**
   * `reward`: `(r - μ) / max(σ, minStd)`, for episodes of one step. `return`: `r / max(σ, minStd)`
   * with σ of discounted returns, for longer ones, as to take the mean off would change what a long
   * episode is worth. Default `reward`.
   */
  readonly of?: "reward" | "return";
  /** How far from 0 a normalised reward may be. Default 5. */
  readonly clip?: number;
  /** Least deviation that is divided by. Default 1e-3. */
  readonly minStd?: number;
  /** Discount of returns. Default 0.99. */
  readonly gamma?: number;
}

/**
 * One running mean and deviation for a whole training, part of its checkpoints. It is for training
 * only: rewards that policies are judged by must stay as they were.
 *
 * Source: running sums by Welford, Technometrics 4(3), 1962; returns: Engstrom et al.,
 * "Implementation matters in deep policy gradients", ICLR 2020, section 3.
 *
 * @example
 * ```ts
 * import { createRewardNormalizer } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const normalizer = createRewardNormalizer();
 * normalizer.next(1);
 * assert.equal(normalizer.next(3), 1); // mean 2, deviation 1
 * ```
 */
export function createRewardNormalizer(options: RewardNormalizerOptions = {}): RewardNormalizer {
  const { of = "reward", clip = 5, minStd = 1e-3, gamma = 0.99 } = options;
  if (!(clip > 0 && minStd > 0 && gamma >= 0 && gamma <= 1)) {
    throw new RangeError(
      `clip and minStd above 0, gamma from 0 to 1: given ${[clip, minStd, gamma]}`,
    );
  }
  const seen = createWelford();
  let returns: number[] = [];

  return {
    next(reward, env = 0, ended = false) {
      if (!Number.isFinite(reward)) {
        throw new RangeError(`not a reward: ${reward}; leave a missing one out`);
      }
      const sum = (returns[env] ?? 0) * gamma + reward;
      seen.push(of === "reward" ? reward : sum);
      if (of === "return") returns[env] = ended ? 0 : sum;
      const scaled = (of === "reward" ? reward - seen.mean : reward) / Math.max(seen.std, minStd);
      return Math.min(Math.max(scaled, -clip), clip);
    },
    abandon() {
      returns = [];
    },
    snapshot: () => ({ seen: seen.snapshot(), returns: Array.from(returns, (sum) => sum ?? 0) }),
    restore(snapshot) {
      const next = snapshot as { seen?: unknown; returns?: unknown } | undefined;
      const apply = seen.restore(next?.seen);
      const sums = next?.returns;
      if (!Array.isArray(sums) || !sums.every(Number.isFinite)) {
        throw new RangeError("not a state of a reward normaliser: its returns are no numbers");
      }
      return () => {
        apply();
        returns = [...sums];
      };
    },
  };
}
