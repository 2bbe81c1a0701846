import { begin, build, read } from "./_bandit.ts";
import { boltzmann } from "./_boltzmann.ts";
import { flag, inRange } from "./_options.ts";
import { damaged } from "./_snapshot.ts";
import type { Bandit, BanditStart } from "./types.ts";
import { wilson } from "./_wilson.ts";

/** What {@linkcode createGradient} takes. */
export interface GradientOptions extends BanditStart {
  /** Size of a step. Default 0.1. */
  readonly alpha?: number;
  /** Whether rewards are compared with their mean instead of 0. Default true. */
  readonly baseline?: boolean;
  /** Probability spread evenly over the open arms, from 0 to 1. Default 0: none is ever 0 anyway. */
  readonly floor?: number;
}

/**
 * Learns preferences H instead of values: p = softmax(H), and a reward R moves them by
 * H_a += α(R - R̄)(1 - p_a) and H_b -= α(R - R̄)p_b. The baseline holds R itself, and p is of all arms
 * and of the time of the update.
 *
 * Source: Sutton and Barto, "Reinforcement learning" (2018), 2.8.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 */
export function createGradient(arms: readonly string[], options: GradientOptions = {}): Bandit {
  const { alpha = 0.1, baseline = true, floor = 0 } = options;
  inRange("alpha", alpha, 0, 1e6);
  flag("baseline", baseline);
  inRange("floor", floor, 0, 1);
  const start = begin("gradient", arms, options);
  const k = arms.length;
  const preference = new Float64Array(k);
  const count = new Float64Array(k);
  const mean = new Float64Array(k);
  for (let arm = 0; arm < k; arm++) {
    const [h = 0, n = 0, q = 0] = read(start, arm, 3) ?? [];
    if (n < 0) damaged(`arm "${arms[arm]}" has a negative count`);
    [preference[arm], count[arm], mean[arm]] = [h, n, q];
  }
  let [seen, average] = start.shared ?? [0, 0];
  if (seen === undefined || average === undefined || seen < 0) damaged("its baseline is missing");
  const score = (arm: number): number => preference[arm]!;
  const everything = Int32Array.from({ length: k }, (_, arm) => arm);
  const p = new Float64Array(k);

  return build(start, {
    options: { alpha, baseline, floor },
    floor,
    distribute: (out, open, n) => boltzmann(out, open, n, score),
    learn(arm, reward) {
      seen = seen! + 1;
      average = average! + (reward - average!) / seen;
      count[arm] = count[arm]! + 1;
      mean[arm] = mean[arm]! + (reward - mean[arm]!) / count[arm]!;
      const step = alpha * (reward - (baseline ? average : 0));
      boltzmann(p, everything, k, score);
      for (let b = 0; b < k; b++) {
        preference[b] = preference[b]! + step * ((b === arm ? 1 : 0) - p[b]!);
      }
    },
    estimate: (arm) => wilson(count[arm] ? mean[arm]! : 0.5, count[arm]!),
    // A fresh arm has a preference, too, once others were updated.
    keep: (arm) => [preference[arm]!, count[arm]!, mean[arm]!],
    shared: () => [seen!, average!],
  });
}
