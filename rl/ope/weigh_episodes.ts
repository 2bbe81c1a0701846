import { effectiveSize } from "./_moments.ts";
import { probsOf } from "./_probs_of.ts";
import { checkGamma, checkRange, countRejected, whyRejected } from "./_screen.ts";
import type { Episode, Rejections, RejectReason, TargetPolicy, WeightMoments } from "./types.ts";

/** Over more steps the products of weights have no use. */
const LONGEST = 5;

/** How episodes are read. */
export interface WeighEpisodesOptions {
  /** Discount, from 0 to 1. Default 1. */
  readonly gamma?: number;
  /** Least and largest reward of a step. Default `[0, 1]`. */
  readonly rewardRange?: readonly [number, number];
}

/** Episodes fit for use, weighed for one policy. */
export interface WeighedEpisodes {
  /** The episodes that were kept. */
  readonly rows: readonly Episode[];
  /** The policy's probabilities, by episode and step. */
  readonly probs: readonly (readonly Float64Array[])[];
  /** Weight of each step alone, by episode. */
  readonly weights: readonly Float64Array[];
  /** The discount. */
  readonly gamma: number;
  /** Sums of the episodes' weights, the products of their steps'. */
  readonly moments: WeightMoments;
  /** Effective sample size of the episodes' weights. */
  readonly ess: number;
  /** Episodes put aside, by the reason of their first bad row. */
  readonly rejected: Rejections;
}

/**
 * Weighs whole episodes of up to 5 steps for a policy. One bad row puts its episode aside: the
 * weights of what follows need it.
 *
 * Source: Precup, Sutton, Singh, "Eligibility traces for off-policy policy evaluation", ICML 2000.
 *
 * @throws {RangeError} when an episode is longer than 5 steps (use `returnToGo` and one-step rows),
 * an option is out of its range, or the policy's probabilities are none.
 *
 * @example
 * ```ts
 * import { weighEpisodes } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const row = { context: [], mask: [true, true], action: 0, propensity: 0.5, reward: 1 };
 * assert.equal(weighEpisodes([[row, row]], { probs: () => [1, 0] }).moments.sum, 4);
 * ```
 */
export function weighEpisodes(
  episodes: readonly Episode[],
  policy: TargetPolicy,
  { gamma = 1, rewardRange = [0, 1] }: WeighEpisodesOptions = {},
): WeighedEpisodes {
  checkRange(rewardRange);
  checkGamma(gamma);
  const long = episodes.find((episode) => episode.length > LONGEST);
  if (long) {
    throw new RangeError(
      `an episode of ${long.length} steps: products of weights serve for ${LONGEST} at most; use ` +
        "returnToGo() and judge its rows one by one",
    );
  }
  const rejected: Record<string, number> = {};
  const rows: Episode[] = [];
  for (const episode of episodes) {
    let why: RejectReason | undefined = episode.length === 0 ? "empty episode" : undefined;
    for (const row of episode) {
      const other = row.context.length !== (rows[0] ?? episode)[0]!.context.length;
      why ??= whyRejected(row, rewardRange) ?? (other ? "context of another length" : undefined);
    }
    if (why) countRejected(rejected, why);
    else rows.push(episode);
  }
  const probs = rows.map((episode) => episode.map((row) => probsOf(policy, row)));
  const moments = { n: rows.length, sum: 0, squares: 0, largest: 0, bound: 0 };
  const weights = rows.map((episode, e) => {
    let [all, most] = [1, 1];
    const steps = Float64Array.from(episode, ({ action, propensity }, t) => {
      const w = probs[e]![t]![action]! / propensity;
      all *= w;
      most /= propensity;
      return w;
    });
    moments.sum += all;
    moments.squares += all * all;
    moments.largest = Math.max(moments.largest, all);
    moments.bound = Math.max(moments.bound, most);
    return steps;
  });
  return {
    rows,
    probs,
    weights,
    gamma,
    moments,
    ess: effectiveSize(moments),
    rejected: rejected as Rejections,
  };
}
