/**
 * Learning from outcomes: bandits, off-policy evaluation and the gate it feeds, environments,
 * policy gradients, verifiers, and the learner that picks tools in a session. No dependency, nothing
 * of Deno's own: it runs in Node and browsers as it is.
 *
 * @example
 * ```ts
 * import { createRng, makeBandit } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = makeBandit("thompson", ["a", "b"], { seed: 1 });
 * const world = createRng(2);
 * for (let i = 0; i < 300; i++) {
 *   const { arm } = bandit.pick([true, true])!;
 *   bandit.update(arm, world.float() < (arm === 1 ? 0.8 : 0.4) ? 1 : 0);
 * }
 * assert.ok(bandit.estimate(1).mean > bandit.estimate(0).mean);
 * ```
 *
 * @module
 */
export { fingerprint } from "./fingerprint.ts";
export { createRng, type Rng, type RngState } from "./rng.ts";
export * from "./sample/mod.ts";
export * from "./bandits/mod.ts";
export * from "./log/mod.ts";
export * from "./ope/mod.ts";
export * from "./envs/mod.ts";
export * from "./nn/mod.ts";
export * from "./algorithms/mod.ts";
export * from "./verifiers/mod.ts";
export * from "./tools/mod.ts";
export * from "./chooser/mod.ts";
export * from "./background/mod.ts";
