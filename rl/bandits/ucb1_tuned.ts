import { begin, build } from "./_bandit.ts";
import { createMeans } from "./_means.ts";
import { inRange } from "./_options.ts";
import { shareBest } from "./_share_best.ts";
import type { Bandit, BanditStart } from "./types.ts";
import { wilson } from "./_wilson.ts";

/** What {@linkcode createUcb1Tuned} takes. */
export interface Ucb1TunedOptions extends BanditStart {
  /** Probability spread evenly over the open arms, from 0 to 1. Default 0.05. */
  readonly floor?: number;
}

/**
 * UCB1 whose bonus knows the spread of the rewards: √(ln t / n · min(1/4, V)), where V is the
 * variance seen plus √(2 ln t / n). Arms without a reward come first, in random order.
 *
 * Source: Auer, Cesa-Bianchi, Fischer (2002), section 4.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 */
export function createUcb1Tuned(arms: readonly string[], options: Ucb1TunedOptions = {}): Bandit {
  const { floor = 0.05 } = options;
  inRange("floor", floor, 0, 1);
  const start = begin("ucb1-tuned", arms, options);
  const means = createMeans(start);
  let log = 0;
  const score = (arm: number): number => {
    const n = means.count[arm]!;
    if (n === 0) return Infinity;
    const spread = means.squares[arm]! / n + Math.sqrt(2 * log / n);
    return means.mean[arm]! + Math.sqrt(log / n * Math.min(0.25, spread));
  };

  return build(start, {
    options: { floor },
    floor,
    distribute(out, open, n) {
      log = Math.log(Math.max(1, means.total()));
      shareBest(out, open, n, score);
    },
    learn: means.add,
    estimate: (arm) => wilson(means.count[arm] ? means.mean[arm]! : 0.5, means.count[arm]!),
    keep: means.keep,
  });
}
