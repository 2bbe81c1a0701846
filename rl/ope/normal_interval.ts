import { normalQuantile } from "../sample/normal_quantile.ts";
import { checkAlpha } from "./_screen.ts";
import type { Interval, OpeEstimate } from "./types.ts";

/** Below, the mean of weighted rows is not near enough to normal. */
const LEAST_EFFECTIVE = 100;

/**
 * The interval of the central limit theorem, `value +- z se`; undefined unless the estimate rests
 * on more than 100 effective rows. For one look only: not for a log that is looked at again and
 * again, nor for one whose policy learned from itself.
 *
 * Source: Owen, "Monte Carlo theory, methods and examples", chapters 2.4 and 9.2.
 *
 * @param alpha how often the interval may miss. Default 0.05.
 * @throws {RangeError} when alpha is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { ips, normalInterval, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true], action: 0, propensity: 1, reward: 1 };
 * const log = weighRows(Array(101).fill(row), { probs: () => [1] });
 * assert.deepEqual(normalInterval(ips(log)), { low: 1, high: 1 });
 * ```
 */
export function normalInterval(
  { value, se, effective }: OpeEstimate,
  alpha: number = 0.05,
): Interval | undefined {
  checkAlpha(alpha);
  if (!(effective > LEAST_EFFECTIVE)) return undefined;
  const z = normalQuantile(1 - alpha / 2);
  return { low: value - z * se, high: value + z * se };
}
