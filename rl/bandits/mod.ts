/**
 * Bandits: choose one of some arms, learn from the reward, and tell the probability of each choice,
 * so that every choice can be judged later. A bandit draws from exactly the probabilities it tells,
 * never an arm that is masked, and goes on bit for bit from its snapshot.
 *
 * @example
 * ```ts
 * import { createSquareCb, restoreBandit } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = createSquareCb(["test", "lint", "build"], { size: 2, seed: 7 });
 * for (let i = 0; i < 200; i++) {
 *   const context = [i % 2, 1 - i % 2];
 *   const choice = bandit.pick([true, true, false], context)!;
 *   assert.ok(choice.propensity > 0 && choice.probs[2] === 0);
 *   bandit.update(choice.arm, choice.arm === i % 2 ? 1 : 0, context);
 * }
 * const saved = bandit.snapshot();
 * assert.ok(bandit.probs([true, true, false], [1, 0])[1]! > 0.9);
 * assert.deepEqual(restoreBandit(saved).pick([true, true, true], [1, 0]),
 *   bandit.pick([true, true, true], [1, 0]));
 * ```
 *
 * @module
 */
export type {
  Bandit,
  BanditSnapshot,
  BanditStart,
  Context,
  Estimate,
  Mask,
  Pick,
} from "./types.ts";

// Without a context.
export { createEpsilonGreedy, type EpsilonGreedyOptions } from "./epsilon_greedy.ts";
export { createGradient, type GradientOptions } from "./gradient.ts";
export { createKlUcb, type KlUcbOptions } from "./kl_ucb.ts";
export { createSoftmax, type SoftmaxOptions } from "./softmax.ts";
export { createThompson, type ThompsonOptions } from "./thompson.ts";
export { createThompsonGaussian, type ThompsonGaussianOptions } from "./thompson_gaussian.ts";
export { createUcb1, type Ucb1Options } from "./ucb1.ts";
export { createUcb1Tuned, type Ucb1TunedOptions } from "./ucb1_tuned.ts";

// Where arms change.
export { createDUcb, type DUcbOptions } from "./d_ucb.ts";
export { createPageHinkley, type PageHinkley, type PageHinkleyOptions } from "./page_hinkley.ts";
export { createSwUcb, type SwUcbOptions } from "./sw_ucb.ts";
export { discountFor } from "./discount_for.ts";
export { windowFor } from "./window_for.ts";

// With a context.
export { createLinSoftmax, type LinSoftmaxOptions } from "./lin_softmax.ts";
export { createLinTs, type LinTsOptions } from "./lin_ts.ts";
export { createLinUcb, type LinUcbOptions } from "./lin_ucb.ts";
export { createSquareCb, type SquareCbOptions } from "./square_cb.ts";
export { createStandardiser, type Standardiser, type StandardiserOptions } from "./standardiser.ts";
export type { LinearOptions } from "./linear_options.ts";

// Before and after a choice.
export { type Cooldown, type CooldownOptions, createCooldown } from "./cooldown.ts";
export { createRewardRange, type RewardCounts, type RewardRange } from "./reward_range.ts";

// States.
export { type ArmChanges, withArms } from "./with_arms.ts";
export { fadeSnapshot } from "./fade_snapshot.ts";
export { makeBandit, type MakeBanditOptions } from "./make_bandit.ts";
export { mergeSnapshots } from "./merge_snapshots.ts";
export { restoreBandit } from "./restore_bandit.ts";
