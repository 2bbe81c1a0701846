import type { LowerBoundSnapshot } from "./lower_bound.ts";
import { openSides } from "./_sides.ts";
import type { Interval } from "./types.ts";

/** What a confidence sequence is made for. */
export interface ConfidenceSequenceOptions {
  /** What no value is below. */
  readonly least: number;
  /** What no value is above. */
  readonly most: number;
  /** How often the interval may ever miss the mean. Default 0.05, half of it on each side. */
  readonly alpha?: number;
  /** How many places between them the ends can take. Default 200. */
  readonly places?: number;
}

/** Where a confidence sequence stands: plain JSON. */
export interface ConfidenceSequenceSnapshot {
  /** Version of this shape. */
  readonly v: 1;
  /** What no value is below. */
  readonly least: number;
  /** What no value is above. */
  readonly most: number;
  /** Lower bound of the values above `least`. */
  readonly below: LowerBoundSnapshot;
  /** Lower bound of the distance to `most`. */
  readonly above: LowerBoundSnapshot;
}

/** An interval around a mean that may be looked at after every value. */
export interface ConfidenceSequence {
  /**
   * Adds a value.
   *
   * @throws {RangeError} when it is not finite or outside the range; nothing changes.
   */
  add(value: number): void;
  /** The interval now. It never grows; a mean that moves can make its ends cross. */
  interval(): Interval;
  /** The whole state. */
  snapshot(): ConfidenceSequenceSnapshot;
}

/**
 * A confidence sequence for the mean of values in a range: the interval holds at all times at once,
 * so it may be looked at after every value, and stopped at whenever one likes. Valid for values
 * whose conditional mean stays the same, such as `w r` and paired differences `(w - w') r` in `[-1
 * / floor, 1 / floor]` of a log whose policy went on learning.
 *
 * Source: as `createLowerBound`, once for the values and once for their mirror image, each
 * at half of alpha.
 *
 * @param from what it is made for, or where another stood.
 * @throws {RangeError} when the options are out of their range or the snapshot is damaged or of an
 * unknown version.
 *
 * @example
 * ```ts
 * import { createConfidenceSequence } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const mean = createConfidenceSequence({ least: 0, most: 1 });
 * for (let i = 0; i < 1000; i++) mean.add(i % 2);
 * const { low, high } = mean.interval();
 * assert.ok(low > 0.4 && low < 0.5 && high > 0.5 && high < 0.6);
 * ```
 */
export function createConfidenceSequence(
  from: ConfidenceSequenceOptions | ConfidenceSequenceSnapshot,
): ConfidenceSequence {
  const { least, most } = from;
  if (!(Number.isFinite(least) && Number.isFinite(most) && least < most)) {
    throw new RangeError(`not a range, least before most: ${least}, ${most}`);
  }
  const [below, above] = openSides(from, most - least);

  return {
    add(value) {
      if (!(value >= least && value <= most)) {
        throw new RangeError(`a value from ${least} to ${most} was expected: ${value}`);
      }
      below.add(value - least);
      above.add(most - value);
    },
    interval: () => ({ low: least + below.bound(), high: most - above.bound() }),
    snapshot: () => ({ v: 1, least, most, below: below.snapshot(), above: above.snapshot() }),
  };
}
