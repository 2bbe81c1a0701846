/**
 * Off-policy evaluation: what another policy would have earned, from the log of the one that was
 * played; and the conservative gate, which puts a new policy live on evidence only.
 *
 * @example
 * ```ts
 * import { createRng, evaluatePolicy } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const rng = createRng(7);
 * const rows = Array.from({ length: 2000 }, () => {
 *   const action = rng.int(2);
 *   const reward = rng.float() < (action === 1 ? 0.7 : 0.4) ? 1 : 0;
 *   return { context: [], mask: [true, true], action, propensity: 0.5, reward };
 * });
 * const { estimates, sequence } = evaluatePolicy(rows, { probs: () => [0, 1] });
 * assert.ok(Math.abs(estimates["dr"]!.value - 0.7) < 0.05);
 * assert.ok(sequence!.low < 0.7 && sequence!.high > 0.7);
 * ```
 *
 * @module
 */
// What goes in and comes out.
export type {
  Episode,
  Interval,
  LoggedRow,
  OpeEstimate,
  Rejections,
  RejectReason,
  TargetPolicy,
  WeighedLog,
  WeightMoments,
} from "./types.ts";

// From rows to weights.
export { type WeighOptions, weighRows } from "./weigh_rows.ts";
export { checkWeights, type WeightControl } from "./check_weights.ts";

// Estimators of one step.
export { ips } from "./ips.ts";
export { clippedIps } from "./clipped_ips.ts";
export { snips } from "./snips.ts";
export { fitRewards, type FitRewardsOptions, type RewardModel } from "./fit_rewards.ts";
export { directMethod } from "./direct_method.ts";
export { doublyRobust } from "./doubly_robust.ts";
export { sndr } from "./sndr.ts";
export { switchDr, type SwitchDrOptions } from "./switch_dr.ts";
export { drOs, type DrOsOptions } from "./dr_os.ts";

// Estimators of some steps.
export {
  type WeighedEpisodes,
  weighEpisodes,
  type WeighEpisodesOptions,
} from "./weigh_episodes.ts";
export { perDecisionIs } from "./per_decision_is.ts";
export { perDecisionDr } from "./per_decision_dr.ts";
export { returnToGo } from "./return_to_go.ts";

// Intervals.
export { normalInterval } from "./normal_interval.ts";
export { bernsteinInterval, type BernsteinOptions } from "./bernstein_interval.ts";
export { bootstrapInterval, type BootstrapOptions } from "./bootstrap_interval.ts";
export {
  createLowerBound,
  type LowerBound,
  type LowerBoundOptions,
  type LowerBoundSnapshot,
} from "./lower_bound.ts";
export {
  type ConfidenceSequence,
  type ConfidenceSequenceOptions,
  type ConfidenceSequenceSnapshot,
  createConfidenceSequence,
} from "./confidence_sequence.ts";
export {
  createValueSequence,
  type ValueSequence,
  type ValueSequenceOptions,
  type ValueSequenceSnapshot,
} from "./value_sequence.ts";

// All of it as a report.
export {
  type EvaluatedValue,
  type EvaluateOptions,
  evaluatePolicy,
  type EvaluationReport,
} from "./evaluate_policy.ts";

// The gate.
export { startGate } from "./start_gate.ts";
export { judgeChallenger } from "./judge_challenger.ts";
export { type MixOptions, mixPolicies } from "./mix_policies.ts";
export type {
  GateCheck,
  GateDecision,
  GateGuard,
  GateLook,
  GateMissing,
  GateOptions,
  GatePhase,
  GateRow,
  GateState,
  GateSums,
  GateSupport,
  GateThresholds,
  GateVerdict,
  GuardOptions,
  Rivals,
} from "./gate_types.ts";
