import { checkAlpha } from "./_screen.ts";
import type { Interval, OpeEstimate } from "./types.ts";

/** What the interval may be given. */
export interface BernsteinOptions {
  /** How often the interval may miss. Default 0.05. */
  readonly alpha?: number;
  /**
   * Width of the range of the terms, `w_max r_max` for IPS. Default: the estimate's own, with the
   * largest `1 / propensity` of the log as w_max; give it when a floor of the propensities is
   * known.
   */
  readonly width?: number;
}

/**
 * The empirical Bernstein interval, which holds for every n: on each side
 * `sqrt(2 V ln(2/d) / n) + 7 R ln(2/d) / (3 (n - 1))` with `d = alpha / 2`, the terms' sample
 * variance V and the width of their range R. Undefined for ratios (SNIPS, SNDR) and under 2 rows.
 *
 * Source: Maurer, Pontil, "Empirical Bernstein bounds and sample variance penalization", COLT 2009,
 * theorem 4.
 *
 * @throws {RangeError} when alpha is not between 0 and 1 or the width is no number above 0.
 *
 * @example
 * ```ts
 * import { bernsteinInterval, ips, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true], action: 0, propensity: 1, reward: 1 };
 * const log = weighRows(Array(1001).fill(row), { probs: () => [1] });
 * const { low } = bernsteinInterval(ips(log))!;
 * assert.ok(Math.abs(low - (1 - 7 * Math.log(80) / 3000)) < 1e-12);
 * ```
 */
export function bernsteinInterval(
  { value, terms, ratio, width: own }: OpeEstimate,
  { alpha = 0.05, width = own }: BernsteinOptions = {},
): Interval | undefined {
  checkAlpha(alpha);
  const n = terms.length;
  if (ratio || width === undefined || n < 2) return undefined;
  if (!(width > 0 && width < Infinity)) {
    throw new RangeError(`the width of a range is a finite number above 0: ${width}`);
  }
  let variance = 0;
  for (let i = 0; i < n; i++) variance += (terms[i]! - value) ** 2 / (n - 1);
  const log = Math.log(4 / alpha);
  const half = Math.sqrt(2 * variance * log / n) + 7 * width * log / (3 * (n - 1));
  return { low: value - half, high: value + half };
}
