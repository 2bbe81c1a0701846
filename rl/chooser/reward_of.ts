import { createRewardWeights } from "../verifiers/reward_weights.ts";
import { scoreChange } from "../verifiers/score_change.ts";

/** Version of how a reward is made of components: with another, the log is learned anew. */
export const WEIGHTS_VERSION = "2";

/** What asking the person costs a choice. */
const ASKED = 0.05;

/** A score that is an answer: tools give 1 for a result, up to 0.5 more for what it covers. */
const ANSWER = 1.2;

/** What a reward is worth as evidence: the variance of a single one around what is right. */
const SAID = 0.3;
const MEASURED = 3;
/** Tests before and after say more of a change than that it could be applied. */
const VERIFIED = 0.7;
/** A yes when asked: the call was wanted, whatever it found. */
const ACCEPTED = 1;
const WANTED = 0.7;

/** What a decision brought. */
export interface Reward {
  /** From 0 to 1. */
  readonly value: number;
  /** How far single rewards of its kind are from what is right, as a variance. */
  readonly noise: number;
}

/**
 * The reward of a decision, from what became known of it: what the person said if they said
 * something, nothing for a change that was taken back or rejected, then what tests before and after
 * it say of a change, else the score of the tool's own result, which says less: a wrong tool finds
 * something, too. Less a little where the person had to be asked.
 *
 * @param components `feedback` (0 to 10), `score` (0 to 2), `reverted`, `rejected`, `accepted`, `asked`
 * (0 or 1), and those of `judgeChange`.
 * @returns undefined while nothing is known: a missing reward is no reward of 0.
 */
export function rewardOf(components: Readonly<Record<string, number>>): Reward | undefined {
  const { feedback, score, reverted = 0, rejected = 0, accepted = 0, asked = 0 } = components;
  if (feedback !== undefined) return { value: clip(feedback / 10), noise: SAID };
  if (reverted > 0 || rejected > 0) return { value: 0, noise: SAID };
  const verified = verifiedOf(components);
  if (verified !== undefined) return { value: verified, noise: VERIFIED };
  if (score === undefined) return undefined;
  const value = clip(score / ANSWER - ASKED * asked);
  if (accepted > 0) return { value: Math.max(WANTED, value), noise: ACCEPTED };
  return { value, noise: MEASURED };
}

/** What tests, and where they ran linter and build, say of a change. */
function verifiedOf(components: Readonly<Record<string, number>>): number | undefined {
  const { gate, f2p_of = 0, p2p_of = 0 } = components;
  if (gate === undefined || f2p_of + p2p_of === 0) return undefined;
  const costs = { mutation: 1, tokens: 0, seconds: 0, lines: 0 };
  try {
    return clip(scoreChange({ ...costs, ...components }, createRewardWeights()).reward);
  } catch {
    // Components of the log that are none: nothing is known then.
    return undefined;
  }
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
