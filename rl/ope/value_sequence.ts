import type { LowerBoundSnapshot } from "./lower_bound.ts";
import { checkRange } from "./_screen.ts";
import { openSides } from "./_sides.ts";
import type { Interval } from "./types.ts";

/** What a sequence of intervals is made for. */
export interface ValueSequenceOptions {
  /** Least and largest reward there can be. Default `[0, 1]`. */
  readonly rewardRange?: readonly [number, number];
  /** How often the interval may ever miss the value. Default 0.05, half of it on each side. */
  readonly alpha?: number;
  /** How many places within the range the ends can take. Default 200. */
  readonly places?: number;
}

/** Where it stands: plain JSON. */
export interface ValueSequenceSnapshot {
  /** Version of this shape. */
  readonly v: 1;
  /** Least and largest reward. */
  readonly rewardRange: readonly [number, number];
  /** Lower bound of the value above the least reward. */
  readonly below: LowerBoundSnapshot;
  /** Lower bound of the distance to the largest reward. */
  readonly above: LowerBoundSnapshot;
}

/** An interval around a policy's value that may be looked at after every row. */
export interface ValueSequence {
  /**
   * Adds a row.
   *
   * @param weight importance weight, from 0.
   * @throws {RangeError} when the weight or the reward is out of its range; nothing changes.
   */
  add(weight: number, reward: number): void;
  /** The interval now. It never grows; a value that moves can make its ends cross. */
  interval(): Interval;
  /** The whole state. */
  snapshot(): ValueSequenceSnapshot;
}

/**
 * A confidence sequence for the value of a policy, from the rows of another: it holds at all times
 * at once, also when the logging policy learned from the earlier rows, as each propensity is the
 * one of its time. No bound of the weights is needed: the lower end is a lower bound of `w (r -
 * low)`, the upper end one of `w (high - r)`, and neither can fall below 0.
 *
 * Source: Waudby-Smith, Wu, Ramdas, Karampatziakis, Mineiro, "Anytime-valid off-policy inference
 * for contextual bandits", ACM/IMS Journal of Data Science 1 (2024), with the bets of
 * `createLowerBound`.
 *
 * @param from what it is made for, or where another stood.
 * @throws {RangeError} when the options are out of their range or the snapshot is damaged or of an
 * unknown version.
 *
 * @example
 * ```ts
 * import { createValueSequence } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const value = createValueSequence();
 * // An action drawn half of the time, and always good: the other rows have no weight.
 * for (let i = 0; i < 1000; i++) value.add(i % 2 ? 2 : 0, i % 2);
 * assert.ok(value.interval().low > 0.8);
 * ```
 */
export function createValueSequence(
  from: ValueSequenceOptions | ValueSequenceSnapshot = {},
): ValueSequence {
  const { rewardRange = [0, 1] } = from;
  checkRange(rewardRange);
  const [low, high] = rewardRange;
  const [below, above] = openSides(from, high - low);

  return {
    add(weight, reward) {
      if (!(weight >= 0 && weight * (high - low) < Infinity)) {
        throw new RangeError(`an importance weight is finite and from 0: ${weight}`);
      }
      if (!(reward >= low && reward <= high)) {
        throw new RangeError(`a reward from ${low} to ${high} was expected: ${reward}`);
      }
      below.add(weight * (reward - low));
      above.add(weight * (high - reward));
    },
    interval: () => ({ low: low + below.bound(), high: high - above.bound() }),
    snapshot: () => ({ v: 1, rewardRange, below: below.snapshot(), above: above.snapshot() }),
  };
}
