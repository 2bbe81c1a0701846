/**
 * Tools as an environment: nine actions that really run, rewarded by verifiers; and what learns
 * from them, one step at a time or in queues.
 *
 * @example
 * ```ts
 * import { createToolEnv, DEFAULT_RL_CONFIG, trainBandit } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const make = () =>
 *   createToolEnv((tool) => ({ tool, ok: true, metrics: tool === "lint" ? { lint_ok: 1 } : {} }), {
 *     allowedActions: DEFAULT_RL_CONFIG.actions,
 *   });
 * const { policy } = await trainBandit(make, { steps: 100, nEnvs: 1, policyOptions: { seed: 3 } });
 * const best = policy.arms.map((_, arm) => policy.estimate(arm).mean);
 * assert.equal(policy.arms[best.indexOf(Math.max(...best))], "lint");
 * ```
 *
 * @module
 */
export { createAsyncTrainer } from "./async_trainer.ts";
export type {
  AsyncPacket,
  AsyncPolicy,
  AsyncStats,
  AsyncTrainer,
  AsyncTrainerOptions,
} from "./async_types.ts";
export {
  createFallbackTrainer,
  type FallbackConfig,
  type FallbackEpisode,
  type FallbackModel,
  type FallbackStep,
  type FallbackTrainer,
  type FallbackTrainerOptions,
  type Transition,
} from "./fallback_trainer.ts";
export {
  createPrioritizedReplay,
  type PrioritizedReplay,
  type PrioritizedReplayOptions,
  type ReplayBatch,
} from "./prioritized_replay.ts";
export { rewardOptions } from "./reward_options.ts";
export { DEFAULT_RL_CONFIG, parseRLConfig, type RLConfig } from "./rl_config.ts";
export {
  createSessionExecutor,
  type SessionCall,
  type SessionExecutorOptions,
  TOOL_OF_ACTION,
} from "./session_executor.ts";
export { slowToolEnv } from "./slow_tool_env.ts";
export { TOOL_ACTIONS, ToolAction, toolAction, type ToolActionName } from "./tool_action.ts";
export {
  createToolEnv,
  type RLToolEnv,
  type ToolArgs,
  type ToolEnvOptions,
  type ToolExecutor,
  type ToolStep,
  type ToolStepInfo,
} from "./tool_env.ts";
export {
  trainBandit,
  type TrainBanditOptions,
  type TrainedBandit,
  type TrainedStep,
} from "./train_bandit.ts";
export { verifiersOf } from "./verifiers_of.ts";
