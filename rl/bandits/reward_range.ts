/** Maps rewards of a declared range to [0, 1] and counts what is out of it. */
export interface RewardRange {
  /** The lowest reward expected. */
  readonly min: number;
  /** The greatest. */
  readonly max: number;
  /**
   * A reward as a number from 0 to 1; one out of range becomes 0 or 1 and is counted.
   *
   * @throws {RangeError} when it is not finite.
   */
  map(reward: number): number;
  /** The reward of a number from 0 to 1. */
  unmap(value: number): number;
  /** How many rewards there were, and how many of them were out of range. */
  counts(): RewardCounts;
}

/** How many rewards there were. */
export interface RewardCounts {
  /** All of them. */
  readonly mapped: number;
  /** Those below the range. */
  readonly below: number;
  /** Those above it. */
  readonly above: number;
}

/**
 * The affine map (r - min)/(max - min).
 *
 * @param counts where another one stood.
 * @throws {RangeError} unless both ends are finite and min is below max.
 *
 * @example
 * ```ts
 * import { createRewardRange } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const range = createRewardRange(-1, 3);
 * assert.equal(range.map(1), 0.5);
 * assert.equal(range.map(7), 1);
 * assert.deepEqual(range.counts(), { mapped: 2, below: 0, above: 1 });
 * ```
 */
export function createRewardRange(
  min: number,
  max: number,
  counts: RewardCounts = { mapped: 0, below: 0, above: 0 },
): RewardRange {
  if (!(min < max && Number.isFinite(max - min))) {
    throw new RangeError(`not a range of rewards: from ${min} to ${max}`);
  }
  let { mapped, below, above } = counts;
  if (![mapped, below, above].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new RangeError(`not counts of rewards: ${JSON.stringify(counts)}`);
  }
  return {
    min,
    max,
    map(reward) {
      if (!Number.isFinite(reward)) {
        throw new RangeError(`a reward of ${reward}; expected a finite number`);
      }
      mapped++;
      if (reward < min) below++;
      if (reward > max) above++;
      return Math.min(1, Math.max(0, (reward - min) / (max - min)));
    },
    unmap: (value) => min + value * (max - min),
    counts: () => ({ mapped, below, above }),
  };
}
