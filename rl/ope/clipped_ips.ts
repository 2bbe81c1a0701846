import { meanEstimate, needRows, weightedWidth } from "./_estimate.ts";
import type { OpeEstimate, WeighedLog } from "./types.ts";

/**
 * Clipped IPS: `mean(min(w, M) r)`, of less variance and biased downwards for rewards above 0;
 * `chosen.clippedMass` is the share of the weight that was cut off.
 *
 * Source: Ionides, "Truncated importance sampling", Journal of Computational and Graphical
 * Statistics 17 (2008), with M about the root of n.
 *
 * @param clip M. Default: the root of the number of rows.
 * @throws {RangeError} when the log has no rows or M is not above 0.
 *
 * @example
 * ```ts
 * import { clippedIps, weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true, true], action: 0, propensity: 0.1, reward: 1 };
 * const estimate = clippedIps(weighRows([row], { probs: () => [1, 0] }), 4);
 * assert.equal(estimate.value, 4);
 * assert.equal(estimate.chosen?.clippedMass, 0.6);
 * ```
 */
export function clippedIps(
  log: WeighedLog,
  clip: number = Math.sqrt(log.rows.length),
): OpeEstimate {
  needRows(log);
  if (!(clip > 0)) throw new RangeError(`weights are clipped at a number above 0: ${clip}`);
  let cut = 0;
  const terms = log.weights.map((w, i) => {
    cut += Math.max(0, w - clip);
    return Math.min(w, clip) * log.rewards[i]!;
  });
  return meanEstimate(terms, {
    method: "clipped-ips",
    effective: log.ess,
    width: weightedWidth(log, Math.min(clip, log.moments.bound)),
    chosen: { clip, clippedMass: log.moments.sum > 0 ? cut / log.moments.sum : 0 },
  });
}
