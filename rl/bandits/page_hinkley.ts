import { inRange, whole } from "./_options.ts";

/** Watches a stream of numbers for a change of its mean. */
export interface PageHinkley {
  /**
   * Takes a number in.
   *
   * @returns whether the mean has changed; then the detector has started anew.
   * @throws {RangeError} when it is not finite; nothing changes.
   */
  add(value: number): boolean;
  /** The whole state: count, mean, squares, and for both directions the sum and its lowest. */
  snapshot(): number[];
}

/** What {@linkcode createPageHinkley} takes. */
export interface PageHinkleyOptions {
  /** A change that is still none. Default 0.005. */
  readonly delta?: number;
  /** How many standard deviations the sum may leave its lowest. Default 50. */
  readonly lambda?: number;
  /** No alarm before so many numbers. Default 30. */
  readonly least?: number;
  /** Where another one stood: what `snapshot` gave. */
  readonly from?: readonly number[];
}

/**
 * The Page-Hinkley test, in both directions: m_t = Σ(x - x̄ - δ), with an alarm when m_t - min m is
 * above λσ; σ is the standard deviation of the numbers so far, at least 0.01.
 *
 * Source: Page, "Continuous inspection schemes", Biometrika 41 (1954); Hinkley, Biometrika 58 (1971).
 *
 * @throws {RangeError} when an option or the state is out of range.
 *
 * @example
 * ```ts
 * import { createPageHinkley } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const detector = createPageHinkley({ lambda: 5 });
 * let alarm = false;
 * for (let i = 0; i < 100; i++) assert.equal(detector.add(i % 2), false);
 * for (let i = 0; i < 20; i++) alarm ||= detector.add(3);
 * assert.ok(alarm);
 * ```
 */
export function createPageHinkley(options: PageHinkleyOptions = {}): PageHinkley {
  const { delta = 0.005, lambda = 50, least = 30, from } = options;
  inRange("delta", delta, 0);
  inRange("lambda", lambda, 0);
  whole("least", least, 1);
  // count, mean, squares, rising sum and its lowest, falling sum and its lowest
  const state = new Float64Array(7);
  if (from) {
    const fits = from.length === 7 && from.every(Number.isFinite) && from[0]! >= 0 &&
      from[2]! >= 0 && from[3]! >= from[4]! && from[5]! >= from[6]!;
    if (!fits) throw new RangeError("not the state of a Page-Hinkley test");
    state.set(from);
  }
  return {
    add(value) {
      if (!(Math.abs(value) <= 1e100)) {
        throw new RangeError(`not a number to watch: ${value}`);
      }
      const n = state[0]! + 1;
      const off = value - state[1]!;
      const mean = state[1]! + off / n;
      state[0] = n;
      state[1] = mean;
      state[2] = state[2]! + off * (value - mean);
      const limit = lambda * Math.max(0.01, Math.sqrt(state[2]! / n));
      let alarm = false;
      for (const [at, sign] of [[3, 1], [5, -1]] as const) {
        state[at] = state[at]! + sign * (value - mean) - delta;
        state[at + 1] = Math.min(state[at + 1]!, state[at]!);
        if (n >= least && state[at]! - state[at + 1]! > limit) alarm = true;
      }
      if (alarm) state.fill(0);
      return alarm;
    },
    snapshot: () => [...state],
  };
}
