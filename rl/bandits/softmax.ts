import { begin, build } from "./_bandit.ts";
import { createMeans } from "./_means.ts";
import { inRange } from "./_options.ts";
import { boltzmann, raise } from "./_boltzmann.ts";
import type { Bandit, BanditStart } from "./types.ts";
import { wilson } from "./_wilson.ts";

/** What {@linkcode createSoftmax} takes. */
export interface SoftmaxOptions extends BanditStart {
  /** How strongly a better mean is preferred: the inverse of a temperature. Default 10. */
  readonly lambda?: number;
  /** What an arm is believed to be worth before its first reward. Default 0.5. */
  readonly initial?: number;
  /** No open arm has less than this over the number of open arms. Default 0.05. */
  readonly floor?: number;
}

/**
 * Takes an arm with probability in proportion to exp(λ·Q), raised to a least probability.
 *
 * Source: Sutton and Barto, "Reinforcement learning" (1998), 2.3, with 1/λ for the temperature.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 */
export function createSoftmax(arms: readonly string[], options: SoftmaxOptions = {}): Bandit {
  const { lambda = 10, initial = 0.5, floor = 0.05 } = options;
  inRange("lambda", lambda, 0);
  inRange("initial", initial, -1e9, 1e9);
  inRange("floor", floor, 0, 1);
  const start = begin("softmax", arms, options);
  const means = createMeans(start, initial);
  const score = (arm: number): number => lambda * means.mean[arm]!;

  return build(start, {
    options: { lambda, initial, floor },
    distribute(out, open, n) {
      boltzmann(out, open, n, score);
      raise(out, open, n, floor / n);
    },
    learn: means.add,
    estimate: (arm) => wilson(means.mean[arm]!, means.count[arm]!),
    keep: means.keep,
  });
}
