/**
 * Rewards from what checks report: a change is judged against a baseline run, by test ids and
 * hashes and never by what a program prints, into raw components that are logged; weights are put
 * to them afterwards.
 *
 * @example
 * ```ts
 * import { compareTests, createRewardWeights, scoreChange } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(compareTests([], []).fixed, []);
 * const raw = { gate: 1, f2p_fixed: 2, f2p_of: 2, mutation: 1, tokens: 0, seconds: 0, lines: 3 };
 * const { reward, parts } = scoreChange(raw, createRewardWeights());
 * assert.ok(reward < 1 && parts.blast! < 0);
 * ```
 *
 * @module
 */
export { type AddedSuppressions, addedSuppressions } from "./added_suppressions.ts";
export {
  type AggregatedReward,
  type AggregateOptions,
  aggregateReward,
} from "./aggregate_reward.ts";
export {
  compareTests,
  type CompareTestsOptions,
  type TestComparison,
  testKey,
} from "./compare_tests.ts";
export {
  createHoldOutWatch,
  type HoldOutWatch,
  type HoldOutWatchOptions,
} from "./hold_out_watch.ts";
export { type Change, judgeChange, type Judgement, type RewardComponents } from "./judge_change.ts";
export { leakyCommand } from "./leaky_command.ts";
export { type MajorityReport, majorityReport } from "./majority_report.ts";
export { readCounts, type TestCounts } from "./read_counts.ts";
export { reportMetrics } from "./report_metrics.ts";
export { reportProblem } from "./report_problem.ts";
export {
  createRewardWeights,
  type RewardWeights,
  type RewardWeightsOptions,
} from "./reward_weights.ts";
export { scoreChange, type ScoredChange } from "./score_change.ts";
export {
  isGraderFile,
  type TamperedFile,
  tamperedFiles,
  type TamperedFilesOptions,
} from "./tampered_files.ts";
export type { ActionResult, Verifier } from "./types.ts";
export { DEFAULT_VERIFIERS, VERIFIERS } from "./verifiers.ts";
