import { begin, build } from "./_bandit.ts";
import { createMeans } from "./_means.ts";
import { inRange } from "./_options.ts";
import { shareBest } from "./_share_best.ts";
import type { Bandit, BanditStart } from "./types.ts";
import { wilson } from "./_wilson.ts";

/** What {@linkcode createUcb1} takes. */
export interface Ucb1Options extends BanditStart {
  /** Weight of the bonus. Default √2, for which the regret bound is proved. */
  readonly c?: number;
  /** Probability spread evenly over the open arms, from 0 to 1. Default 0.05. */
  readonly floor?: number;
}

/**
 * Takes the arm with the greatest Q + c·√(ln t / n); arms without a reward come first, in random
 * order.
 *
 * Source: Auer, Cesa-Bianchi, Fischer, "Finite-time analysis of the multiarmed bandit problem",
 * Machine Learning 47 (2002), figure 1; c as in Sutton and Barto (2018), 2.7.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 *
 * @example
 * ```ts
 * import { createUcb1 } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = createUcb1(["test", "lint"], { floor: 0 });
 * bandit.update(0, 1);
 * assert.deepEqual([...bandit.probs([true, true])], [0, 1]);
 * ```
 */
export function createUcb1(arms: readonly string[], options: Ucb1Options = {}): Bandit {
  const { c = Math.SQRT2, floor = 0.05 } = options;
  inRange("c", c, 0);
  inRange("floor", floor, 0, 1);
  const start = begin("ucb1", arms, options);
  const means = createMeans(start);
  let log = 0;
  const score = (arm: number): number => {
    const n = means.count[arm]!;
    return n === 0 ? Infinity : means.mean[arm]! + c * Math.sqrt(log / n);
  };

  return build(start, {
    options: { c, floor },
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
