import { effectiveSize } from "./_moments.ts";
import { probsOf } from "./_probs_of.ts";
import { checkRange, countRejected, whyRejected } from "./_screen.ts";
import { countTaken, countWanted, newSupport, violations } from "./_support.ts";
import type { LoggedRow, Rejections, TargetPolicy, WeighedLog } from "./types.ts";

/** How rows are read. */
export interface WeighOptions {
  /** Least and largest reward there can be. Default `[0, 1]`. A row beyond is put aside. */
  readonly rewardRange?: readonly [number, number];
}

/**
 * Puts the rows aside that say nothing (impossible propensities, rewards that never came, actions
 * outside the mask) and weighs the others for a policy: `w = pi(a|x) / mu`, where mu is the
 * probability that was logged. A log may be empty afterwards; the estimators say so.
 *
 * Source: Horvitz, Thompson, "A generalization of sampling without replacement from a finite
 * universe", JASA 47 (1952).
 *
 * @throws {RangeError} when the range is none, or the policy's probabilities are none.
 *
 * @example
 * ```ts
 * import { weighRows } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true, true], action: 0, propensity: 0.5, reward: 1 };
 * const log = weighRows([row, { ...row, propensity: 0 }], { probs: () => [1, 0] });
 * assert.deepEqual([...log.weights], [2]);
 * assert.deepEqual(log.rejected, { "impossible propensity": 1 });
 * ```
 */
export function weighRows(
  rows: readonly LoggedRow[],
  policy: TargetPolicy,
  { rewardRange = [0, 1] }: WeighOptions = {},
): WeighedLog {
  checkRange(rewardRange);
  const rejected: Record<string, number> = {};
  const kept: LoggedRow[] = [];
  for (const row of rows) {
    const other = kept.length > 0 && row.context.length !== kept[0]!.context.length;
    const why = whyRejected(row, rewardRange) ?? (other ? "context of another length" : undefined);
    if (why) countRejected(rejected, why);
    else kept.push(row);
  }
  const support = newSupport();
  const weights = new Float64Array(kept.length);
  const probs = kept.map((row, i) => {
    const all = probsOf(policy, row);
    weights[i] = all[row.action]! / row.propensity;
    countTaken(support, row.mask, row.action);
    countWanted(support, row.mask, all);
    return all;
  });
  const moments = { n: kept.length, sum: 0, squares: 0, largest: 0, bound: 0 };
  for (let i = 0; i < kept.length; i++) {
    const w = weights[i]!;
    moments.sum += w;
    moments.squares += w * w;
    moments.largest = Math.max(moments.largest, w);
    moments.bound = Math.max(moments.bound, 1 / kept[i]!.propensity);
  }
  return {
    rows: kept,
    probs,
    weights,
    rewards: Float64Array.from(kept, (row) => row.reward),
    range: rewardRange,
    moments,
    ess: effectiveSize(moments),
    supportViolations: violations(support),
    rejected: rejected as Rejections,
  };
}
