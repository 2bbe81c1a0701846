/** Watches whether what a policy learns holds for tests it does not see. */
export interface HoldOutWatch {
  /**
   * Takes the scores of one change.
   *
   * @param visible share of the visible tests that it solved, from 0 to 1.
   * @param heldOut the same of tests that no part of the training sees.
   * @returns whether the gap is wider now than it was.
   * @throws {RangeError} when a score is no number from 0 to 1; nothing changes.
   */
  add(visible: number, heldOut: number): boolean;
  /** Mean gap of the first and of the last changes. */
  gaps(): { readonly first: number; readonly last: number };
}

/** Options of {@linkcode createHoldOutWatch}. */
export interface HoldOutWatchOptions {
  /** How many changes a mean is taken over. Default 30. */
  readonly window?: number;
  /** By how much the gap may widen. Default 0.1. */
  readonly slack?: number;
}

/**
 * Raises an alarm when the gap between visible and held-out score widens: patched assertions and
 * special cases lift only what is seen. The mean gap of the last changes is compared with that of
 * the first, and the difference must also exceed two standard errors: of independent gaps se² =
 * var₁/n + var₂/n (Welch, "The generalization of Student's problem", Biometrika 34, 1947).
 *
 * @throws {RangeError} when the window is no integer from 2 or the slack is negative.
 *
 * @example
 * ```ts
 * import { createHoldOutWatch } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const watch = createHoldOutWatch({ window: 10 });
 * for (let i = 0; i < 10; i++) assert.equal(watch.add(0.5, 0.5), false);
 * let alarm = false;
 * for (let i = 0; i < 10; i++) alarm = watch.add(0.9, 0.5);
 * assert.ok(alarm);
 * ```
 */
export function createHoldOutWatch(
  { window = 30, slack = 0.1 }: HoldOutWatchOptions = {},
): HoldOutWatch {
  if (!Number.isInteger(window) || window < 2) {
    throw new RangeError(`a window of ${window} changes; expected an integer from 2`);
  }
  if (!(slack >= 0)) throw new RangeError(`a slack of ${slack}; expected a number from 0`);
  const first: number[] = [];
  const last: number[] = [];

  return {
    add(visible, heldOut) {
      if (![visible, heldOut].every((score) => score >= 0 && score <= 1)) {
        throw new RangeError(`scores ${visible} and ${heldOut}; expected numbers from 0 to 1`);
      }
      const gap = visible - heldOut;
      if (first.length < window) {
        first.push(gap);
        return false;
      }
      last.push(gap);
      if (last.length > window) last.shift();
      if (last.length < window) return false;
      const wider = mean(last) - mean(first);
      const error = Math.sqrt((variance(first) + variance(last)) / window);
      return wider > slack && wider > 2 * error;
    },
    gaps: () => ({ first: mean(first), last: mean(last) }),
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}

function variance(numbers: readonly number[]): number {
  const middle = mean(numbers);
  return numbers.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (numbers.length - 1);
}
