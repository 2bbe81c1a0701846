import type { Candidate } from "./types.ts";

/** Options of {@linkcode groupAdvantages}. */
export interface GroupAdvantagesOptions {
  /**
   * What differences are divided by: the deviation of their group, of all, or nothing. Default
   * `group`.
   */
  readonly scaleRewards?: "group" | "batch" | "none";
  /**
   * Several kinds of reward: add them and normalise the sum, or normalise each in its group, add,
   * and normalise over all groups, where `scaleRewards` does not count. Default
   * `sum_then_normalize`.
   */
  readonly multiReward?: "sum_then_normalize" | "normalize_then_sum";
  /** Factor of each kind of reward. Default 1. */
  readonly rewardWeights?: readonly number[];
}

/** Advantages of some groups. */
export interface GroupAdvantages {
  /** Of each candidate of each group; undefined where there is nothing to learn from. */
  readonly advantages: readonly (readonly (number | undefined)[])[];
  /** Groups without two different rewards: their advantages would be 0. */
  readonly dropped: number;
  /** Candidates without any reward. */
  readonly missing: number;
}

const EPS = 1e-4;

/**
 * How much better than its group each candidate turned out: `A_i = (r_i - mean) / (std + 1e-4)`
 * with the unbiased deviation. Groups whose rewards are all equal, or that have fewer than two, are
 * dropped and counted. A missing reward is left out of all sums.
 *
 * Source: Shao et al., "DeepSeekMath", arXiv 2402.03300, section 4.1.2; without scaling: Liu et
 * al., "Understanding R1-Zero-like training", arXiv 2503.20783; `normalize_then_sum`: Liu et al.,
 * "GDPO", arXiv 2601.05242.
 *
 * @param groups rewards by group and candidate.
 * @throws {RangeError} when a reward is not finite, or candidates have different kinds of rewards.
 *
 * @example
 * ```ts
 * import { groupAdvantages } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const { advantages, dropped } = groupAdvantages([[0, 1], [1, 1]], { scaleRewards: "none" });
 * assert.deepEqual(advantages, [[-0.5, 0.5], [undefined, undefined]]);
 * assert.equal(dropped, 1);
 * ```
 */
export function groupAdvantages(
  groups: readonly (readonly Candidate["reward"][])[],
  options: GroupAdvantagesOptions = {},
): GroupAdvantages {
  const { scaleRewards = "group", multiReward = "sum_then_normalize", rewardWeights } = options;
  const parts = groups.map((group) => group.map(partsOf));
  const kinds = parts.flat()[0]?.length ?? 1;
  const weights = rewardWeights ?? new Array<number>(kinds).fill(1);
  if (weights.length !== kinds || !weights.every(Number.isFinite)) {
    throw new RangeError(`weights ${weights} for ${kinds} kinds of reward`);
  }
  for (const part of parts.flat()) {
    if (part.length !== kinds) {
      throw new RangeError(`${part.length} kinds of reward beside ${kinds}; give null for missing`);
    }
    for (const value of part) {
      if (value !== undefined && !Number.isFinite(value)) {
        throw new RangeError(`not a reward: ${value}; give null for a missing one`);
      }
    }
  }

  const each = multiReward === "normalize_then_sum";
  const sums = parts.map((group) => {
    const scales = weights.map((_, k) => each ? spread(group.map((part) => part[k])) : undefined);
    return group.map((part) => {
      if (part.every((value) => value === undefined)) return undefined;
      return part.reduce<number>((sum, value, k) => {
        if (value === undefined) return sum;
        const scale = scales[k];
        return sum + weights[k]! * (scale ? (value - scale.mean) / (scale.std + EPS) : value);
      }, 0);
    });
  });
  const kept = sums.map((group) => spread(group).differs);
  const all = spread(sums.flatMap((group, g) => each && !kept[g] ? [] : group));
  const advantages = sums.map((group, g) => {
    if (!kept[g]) return group.map(() => undefined);
    const own = spread(group);
    const { mean } = each ? all : own;
    const scale = each || scaleRewards === "batch"
      ? all.std + EPS
      : scaleRewards === "group"
      ? own.std + EPS
      : 1;
    return group.map((sum) => sum === undefined ? undefined : (sum - mean) / scale);
  });
  return {
    advantages,
    dropped: kept.filter((differs) => !differs).length,
    missing: sums.flat().filter((sum) => sum === undefined).length,
  };
}

function partsOf(reward: Candidate["reward"]): (number | undefined)[] {
  return (Array.isArray(reward) ? reward : [reward]).map((value) => value ?? undefined);
}

function spread(values: readonly (number | undefined)[]): {
  readonly mean: number;
  readonly std: number;
  /** Whether two of them are not the same: a deviation of 0 may come out as a tiny number. */
  readonly differs: boolean;
} {
  const known = values.filter((value) => value !== undefined);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const differs = known.some((value) => value !== known[0]);
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: differs ? Math.sqrt(squares / (known.length - 1)) : 0, differs };
}
