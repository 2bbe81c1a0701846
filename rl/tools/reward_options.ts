import type { AggregateOptions } from "../verifiers/aggregate_reward.ts";
import type { RLConfig } from "./rl_config.ts";

/**
 * How a configuration puts scores together.
 *
 * @example
 * ```ts
 * import { aggregateReward, DEFAULT_RL_CONFIG, rewardOptions, VERIFIERS } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const result = { tool: "patch", ok: true, metrics: { blast_radius: 0.5 } };
 * const options = rewardOptions(DEFAULT_RL_CONFIG);
 * assert.equal(aggregateReward(result, [VERIFIERS.blast_radius!], options)[0], -0.5);
 * ```
 */
export function rewardOptions(
  { weights, penalty_kinds, clamp01_kinds, scales }: RLConfig,
): AggregateOptions {
  return { weights, penaltyKinds: penalty_kinds, clamp01Kinds: clamp01_kinds, scales };
}
