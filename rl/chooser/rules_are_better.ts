/** Evidence of 20 to 1: a policy no worse than the rules is taken for worse once in twenty lives. */
const EVIDENCE = 20;

/** Points at which the share of losses is looked at. */
const POINTS = 200;

/**
 * Whether what a person said of choices in which the learned policy and the rules differ shows that
 * the rules are better: a test of the share of losses against one half that may be looked at after
 * every word. The evidence is the mean likelihood ratio of all shares above one half, a martingale
 * that starts at 1 if the policy is no worse.
 *
 * Source: Ville 1939; Robbins, "Statistical methods related to the law of the iterated logarithm",
 * Annals of Mathematical Statistics 1970 (mixtures of likelihood ratios).
 *
 * @param wins times the learned choice was right.
 * @param losses times the rules' choice would have been.
 *
 * @example
 * ```ts
 * import { rulesAreBetter } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.equal(rulesAreBetter(3, 5), false);
 * assert.equal(rulesAreBetter(3, 20), true);
 * ```
 */
export function rulesAreBetter(wins: number, losses: number): boolean {
  let sum = 0;
  for (let i = 0; i < POINTS; i++) {
    const share = 0.5 + (i + 0.5) / (2 * POINTS);
    sum += Math.exp(losses * Math.log(2 * share) + wins * Math.log(2 * (1 - share)));
  }
  return sum / POINTS >= EVIDENCE;
}
