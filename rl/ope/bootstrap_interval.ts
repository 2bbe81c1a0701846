import type { Rng } from "../rng.ts";
import { bootstrap } from "./_bootstrap.ts";
import type { Interval, OpeEstimate } from "./types.ts";

/** What the interval may be given. */
export interface BootstrapOptions {
  /** How often the interval may miss. Default 0.05. */
  readonly alpha?: number;
  /** How many logs are drawn from the log. Default 1000. */
  readonly resamples?: number;
  /** Where the draws come from. Default: a stream of seed 0, so that a report is reproducible. */
  readonly rng?: Rng;
}

/**
 * The percentile bootstrap: rows are drawn with replacement, ratios are taken anew, and the
 * interval reaches between the quantiles of what came out (type 7 of Hyndman and Fan). The reward
 * model and what was chosen on the way are not fitted anew. For one look only.
 *
 * Source: Efron, Tibshirani, "An introduction to the bootstrap" (1993), chapter 13.
 *
 * @throws {RangeError} when alpha or the number of resamples is out of its range.
 *
 * @example
 * ```ts
 * import { bootstrapInterval, ips, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true], action: 0, propensity: 1, reward: 1 };
 * const log = weighRows([row, { ...row, reward: 0 }], { probs: () => [1] });
 * assert.deepEqual(bootstrapInterval(ips(log)), { low: 0, high: 1 });
 * ```
 */
export function bootstrapInterval(
  estimate: OpeEstimate,
  { alpha, resamples, rng }: BootstrapOptions = {},
): Interval {
  return bootstrap([estimate], alpha, resamples, rng)[0]!;
}
