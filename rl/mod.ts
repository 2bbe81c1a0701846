/**
 * Learning from outcomes: bandits, policy gradients, off-policy evaluation, environments.
 *
 * @module
 */
export * from "./rng.ts";
export * from "./bandits/types.ts";
export * from "./envs/types.ts";
