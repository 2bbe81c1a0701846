/**
 * Policies as small networks: REINFORCE, PPO, GRPO and imitation, their losses, and a trainer with
 * checkpoints that resumes bit for bit.
 *
 * @example
 * ```ts
 * import { createNeuralPolicy, createRng, trainNeuralPolicy } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * // Which of two tools is right depends on what is observed.
 * const makeEnv = (index: number) => {
 *   const rng = createRng(index);
 *   const obs = new Float64Array(1);
 *   const draw = () => obs.fill(rng.float() < 0.5 ? -1 : 1);
 *   const step = (action: number) => {
 *     const reward = action === (obs[0]! > 0 ? 1 : 0) ? 1 : 0;
 *     return { obs, reward, terminated: true, truncated: false };
 *   };
 *   return { spec: { obsSize: 1, actions: 2 }, reset: draw, step };
 * };
 * const { policy } = await trainNeuralPolicy({ makeEnv, steps: 200 });
 * const later = createNeuralPolicy(policy.snapshot());
 * assert.ok(later.probs(undefined, [1])[1]! > 0.8);
 * assert.ok(later.probs(undefined, [-1])[0]! > 0.8);
 * ```
 *
 * @module
 */
export * from "./cloner.ts";
export * from "./early_stop.ts";
export * from "./gae.ts";
export * from "./group_advantages.ts";
export * from "./group_source.ts";
export * from "./grpo.ts";
export * from "./grpo_loss.ts";
export * from "./neural_policy.ts";
export * from "./on_env.ts";
export * from "./on_groups.ts";
export * from "./ppo.ts";
export * from "./ppo_loss.ts";
export * from "./ppo_presets.ts";
export * from "./reinforce.ts";
export * from "./reinforce_loss.ts";
export * from "./reward_normalizer.ts";
export * from "./step_guard.ts";
export * from "./train.ts";
export * from "./train_neural_policy.ts";
export * from "./types.ts";
export * from "./value_loss.ts";
export * from "./vectorize_envs.ts";
