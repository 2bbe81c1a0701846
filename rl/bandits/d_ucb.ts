import { begin, build } from "./_bandit.ts";
import { createDiscounted } from "./_discounted.ts";
import { ABOVE_0, inRange } from "./_options.ts";
import { shareBest } from "./_share_best.ts";
import type { Bandit, BanditStart } from "./types.ts";
import { wilson } from "./_wilson.ts";

/** What {@linkcode createDUcb} takes. */
export interface DUcbOptions extends BanditStart {
  /** What is left of a reward after an update, up to 1: see `discountFor`. Default 0.995. */
  readonly gamma?: number;
  /** Weight of the bonus. Default 0.6. */
  readonly xi?: number;
  /** Bound of the rewards; less makes it explore less. Default 1. */
  readonly bound?: number;
  /** Probability spread evenly over the open arms, from 0 to 1. Default 0.05. */
  readonly floor?: number;
}

/**
 * UCB that forgets: counts and sums fade by γ at each update, and the bonus is
 * 2B·√(ξ·ln n_γ / N_γ(a)) with n_γ the sum of all N_γ. Arms without a reward come first, in random
 * order.
 *
 * Source: Garivier and Moulines, "On upper-confidence bound policies for switching bandit problems",
 * ALT 2011, section 2.1.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 */
export function createDUcb(arms: readonly string[], options: DUcbOptions = {}): Bandit {
  const { gamma = 0.995, xi = 0.6, bound = 1, floor = 0.05 } = options;
  inRange("gamma", gamma, ABOVE_0, 1);
  inRange("xi", xi, 0);
  inRange("bound", bound, ABOVE_0);
  inRange("floor", floor, 0, 1);
  const start = begin("d-ucb", arms, options);
  const sums = createDiscounted(start, gamma);
  let log = 0;
  const score = (arm: number): number => {
    const n = sums.get(arm, 0);
    return n > 0 ? sums.get(arm, 1) / n + 2 * bound * Math.sqrt(xi * log / n) : Infinity;
  };

  return build(start, {
    options: { gamma, xi, bound, floor },
    floor,
    distribute(out, open, n) {
      let all = 0;
      for (let arm = 0; arm < arms.length; arm++) all += sums.get(arm, 0);
      log = Math.log(Math.max(1, all));
      shareBest(out, open, n, score);
    },
    learn: (arm, reward) => sums.add(arm, 1, reward),
    estimate(arm) {
      const n = sums.get(arm, 0);
      return wilson(n > 0 ? sums.get(arm, 1) / n : 0.5, n);
    },
    keep: sums.keep,
    shared: sums.shared,
  });
}
