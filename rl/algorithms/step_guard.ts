/** Watches the steps of an optimiser. */
export interface StepGuard {
  /** How many steps were skipped in all. */
  readonly skipped: number;
  /** How many were skipped since the last good one. */
  readonly inARow: number;
  /**
   * Whether a step may be taken: when all its numbers are finite.
   *
   * @throws {Error} when the limit of skipped steps in a row is reached.
   */
  accept(...numbers: readonly number[]): boolean;
  /** Takes counts over. */
  restore(counts: { readonly skipped: number; readonly inARow: number }): void;
}

/**
 * Skips steps whose loss or gradient is no finite number, counts them, and gives up after some in a
 * row.
 *
 * @param limit skipped steps in a row. Default 10.
 *
 * @example
 * ```ts
 * import { createStepGuard } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const guard = createStepGuard(2);
 * assert.equal(guard.accept(0.5, 1), true);
 * assert.equal(guard.accept(NaN, 1), false);
 * assert.throws(() => guard.accept(0.5, Infinity), /2 steps in a row/);
 * ```
 */
export function createStepGuard(limit = 10): StepGuard {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new RangeError(`not a number of steps from 1: ${limit}`);
  }
  let skipped = 0;
  let inARow = 0;

  return {
    get skipped() {
      return skipped;
    },
    get inARow() {
      return inARow;
    },
    accept(...numbers) {
      if (numbers.every(Number.isFinite)) {
        inARow = 0;
        return true;
      }
      skipped++;
      inARow++;
      if (inARow >= limit) {
        throw new Error(
          `${inARow} steps in a row had a loss or gradient that is no finite number ` +
            `(the last: ${numbers}); look at rewards and observations, or lower the learning rate`,
        );
      }
      return false;
    },
    restore(counts) {
      if (![counts.skipped, counts.inARow].every((n) => Number.isSafeInteger(n) && n >= 0)) {
        throw new RangeError(`not counts of skipped steps: ${JSON.stringify(counts)}`);
      }
      ({ skipped, inARow } = counts);
    },
  };
}
