import { begin, build } from "./_bandit.ts";
import { createMeans } from "./_means.ts";
import { inRange } from "./_options.ts";
import { shareBest } from "./_share_best.ts";
import type { Bandit, BanditStart } from "./types.ts";
import { wilson } from "./_wilson.ts";

/** What {@linkcode createKlUcb} takes. */
export interface KlUcbOptions extends BanditStart {
  /** Weight of ln ln t in the bonus. Default 0, which the authors recommend in practice. */
  readonly c?: number;
  /** Probability spread evenly over the open arms, from 0 to 1. Default 0.05. */
  readonly floor?: number;
}

/**
 * Takes the arm with the greatest mean that is still plausible:
 * max{q : n·kl(Q, q) ≤ ln t + c·ln ln t}, found by bisection. Arms without a reward come first, in
 * random order.
 *
 * Source: Garivier and Cappé, "The KL-UCB algorithm for bounded stochastic bandits and beyond", COLT
 * 2011, algorithm 1.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 */
export function createKlUcb(arms: readonly string[], options: KlUcbOptions = {}): Bandit {
  const { c = 0, floor = 0.05 } = options;
  inRange("c", c, 0);
  inRange("floor", floor, 0, 1);
  const start = begin("kl-ucb", arms, options);
  const means = createMeans(start);
  let budget = 0;
  const score = (arm: number): number => {
    const n = means.count[arm]!;
    return n === 0 ? Infinity : klUpper(means.mean[arm]!, budget / n);
  };

  return build(start, {
    options: { c, floor },
    floor,
    distribute(out, open, n) {
      const log = Math.log(Math.max(1, means.total()));
      budget = log + (log > 1 ? c * Math.log(log) : 0);
      shareBest(out, open, n, score);
    },
    learn: means.add,
    estimate: (arm) => wilson(means.count[arm] ? means.mean[arm]! : 0.5, means.count[arm]!),
    keep: means.keep,
  });
}

const TINY = 1e-15;

/** The greatest q with kl(p, q) at most `most`, to within 2^-26. */
function klUpper(p: number, most: number): number {
  const from = Math.min(1 - TINY, Math.max(TINY, p));
  // kl(p, q) = entropy - p·ln q - (1-p)·ln(1-q), of which the first term does not depend on q.
  const target = most - from * Math.log(from) - (1 - from) * Math.log(1 - from);
  let low = from;
  let high = 1 - TINY;
  for (let i = 0; i < 26; i++) {
    const q = (low + high) / 2;
    if (-from * Math.log(q) - (1 - from) * Math.log(1 - q) > target) high = q;
    else low = q;
  }
  return low;
}
