import { createRng } from "../rng.ts";
import { bernsteinInterval } from "./bernstein_interval.ts";
import { bootstrap } from "./_bootstrap.ts";
import { checkWeights, type WeightControl } from "./check_weights.ts";
import { clippedIps } from "./clipped_ips.ts";
import { directMethod } from "./direct_method.ts";
import { doublyRobust } from "./doubly_robust.ts";
import { drOs } from "./dr_os.ts";
import { fitRewards, type FitRewardsOptions } from "./fit_rewards.ts";
import { ips } from "./ips.ts";
import { normalInterval } from "./normal_interval.ts";
import { checkAlpha } from "./_screen.ts";
import { sndr } from "./sndr.ts";
import { snips } from "./snips.ts";
import { switchDr } from "./switch_dr.ts";
import { createValueSequence } from "./value_sequence.ts";
import { type WeighOptions, weighRows } from "./weigh_rows.ts";
import type { Interval, LoggedRow, OpeEstimate, Rejections, TargetPolicy } from "./types.ts";

/** How a policy is evaluated. */
export interface EvaluateOptions extends WeighOptions, FitRewardsOptions {
  /** How often each interval may miss. Default 0.05. */
  readonly alpha?: number;
  /** Logs drawn for the bootstrap; 0 leaves it out. Default 1000. */
  readonly resamples?: number;
  /** Seed of the bootstrap. Default 0. */
  readonly seed?: number;
}

/** An estimate with its intervals; those that would not hold are absent. */
export interface EvaluatedValue {
  /** Estimated mean reward of the policy. */
  readonly value: number;
  /** Its standard error. */
  readonly se: number;
  /** Of the central limit theorem; needs more than 100 effective rows. */
  readonly normal?: Interval;
  /** Empirical Bernstein; not for ratios. */
  readonly bernstein?: Interval;
  /** Percentile bootstrap. */
  readonly bootstrap?: Interval;
  /** What was chosen: `clip`, `clippedMass`, `tau`, `lambda`. */
  readonly chosen?: Readonly<Record<string, number>>;
}

/** What a log says of a policy: plain JSON, but for numbers that are not finite. */
export interface EvaluationReport {
  /** Rows that were used. */
  readonly n: number;
  /** Rows put aside, by reason. */
  readonly rejected: Rejections;
  /** Effective sample size of the weights. */
  readonly ess: number;
  /** Largest weight. */
  readonly maxWeight: number;
  /** Pairs of a row and an action wanted there that the log can say nothing of. */
  readonly supportViolations: number;
  /** The mean-weight control. */
  readonly control: WeightControl;
  /** Why there are no estimates; absent when there are. */
  readonly refused?: string;
  /** By estimator: `ips`, `clipped-ips`, `snips`, `dm`, `dr`, `sndr`, `switch-dr`, `dr-os`. */
  readonly estimates: Readonly<Record<string, EvaluatedValue>>;
  /** The one interval that may be looked at again and again, also for a log that learned. */
  readonly sequence?: Interval;
}

/**
 * Judges a policy by the log of another, with all estimators and their intervals. A log whose mean
 * weight shows wrong propensities is refused: the report then says why, and estimates nothing.
 *
 * Sources: with each estimator and interval.
 *
 * @throws {RangeError} when an option is out of its range or the policy's probabilities are none.
 *
 * @example
 * ```ts
 * import { createRng, evaluatePolicy } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const rng = createRng(1);
 * const rows = Array.from({ length: 500 }, () => {
 *   const action = rng.int(2);
 *   return { context: [], mask: [true, true], action, propensity: 0.5, reward: action };
 * });
 * const report = evaluatePolicy(rows, { probs: () => [0, 1] });
 * assert.ok(Math.abs(report.estimates["snips"]!.value - 1) < 1e-9);
 *
 * const broken = rows.map((row) => ({ ...row, propensity: 0.2 }));
 * assert.match(evaluatePolicy(broken, { probs: () => [0, 1] }).refused!, /propensities/);
 * ```
 */
export function evaluatePolicy(
  rows: readonly LoggedRow[],
  policy: TargetPolicy,
  options: EvaluateOptions = {},
): EvaluationReport {
  const { alpha = 0.05, resamples = 1000, seed = 0, rewardRange = [0, 1] } = options;
  checkAlpha(alpha);
  const log = weighRows(rows, policy, { rewardRange });
  const control = checkWeights(log.moments);
  const about = {
    n: log.rows.length,
    rejected: log.rejected,
    ess: log.ess,
    maxWeight: log.moments.largest,
    supportViolations: log.supportViolations,
    control,
  };
  const refused = log.rows.length < 2
    ? `${log.rows.length} usable rows: 2 are needed`
    : !control.ok
    ? control.reason
    : log.moments.sum > 0
    ? undefined
    : "no logged action is one the policy would take";
  if (refused !== undefined) return { ...about, refused, estimates: {} };

  const model = fitRewards(log, options);
  const sequence = createValueSequence({ rewardRange, alpha });
  log.weights.forEach((w, i) => sequence.add(w, log.rewards[i]!));
  const all = [
    ips(log),
    clippedIps(log),
    snips(log),
    directMethod(log, model),
    doublyRobust(log, model),
    sndr(log, model),
    switchDr(log, { model }),
    drOs(log, { model }),
  ];
  const drawn = resamples > 0 ? bootstrap(all, alpha, resamples, createRng(seed)) : [];
  const judged = (estimate: OpeEstimate, i: number): EvaluatedValue => {
    const normal = normalInterval(estimate, alpha);
    const bernstein = bernsteinInterval(estimate, { alpha });
    return {
      value: estimate.value,
      se: estimate.se,
      ...normal && { normal },
      ...bernstein && { bernstein },
      ...drawn[i] && { bootstrap: drawn[i] },
      ...estimate.chosen && { chosen: estimate.chosen },
    };
  };
  const estimates = Object.fromEntries(
    all.map((estimate, i) => [estimate.method, judged(estimate, i)]),
  );
  return { ...about, estimates, sequence: sequence.interval() };
}
