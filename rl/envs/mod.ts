/**
 * Environments to learn in: classic control equal to gymnasium's, many copies at once as arrays, and
 * a pool for those that take their time.
 *
 * @example
 * ```ts
 * import { createCartPoleVector } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const envs = createCartPoleVector(2);
 * envs.reset(7);
 * while (envs.terminated[0] === 0) envs.step([1, 0]);
 * const last = envs.finalObs.slice(0, 4);
 * assert.ok(Math.abs(last[2]!) > 0.2, "the pole of the first copy fell");
 * assert.ok(Math.abs(envs.obs[2]!) <= 0.05, "and its next episode has begun");
 * ```
 *
 * @module
 */
export * from "./acrobot.ts";
export * from "./cart_pole.ts";
export * from "./cart_pole_vector.ts";
export * from "./env_pool.ts";
export * from "./mountain_car.ts";
export * from "./pendulum.ts";
export * from "./types.ts";
export * from "./vector_env.ts";
