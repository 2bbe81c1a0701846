import { begin, build } from "./_bandit.ts";
import { createBest } from "./_best.ts";
import { createDiscounted } from "./_discounted.ts";
import { createLaw, fillLaw, reach } from "./_law.ts";
import { ABOVE_0, flag, inRange } from "./_options.ts";
import { createPageHinkley } from "./page_hinkley.ts";
import type { Bandit, BanditStart } from "./types.ts";

/** What {@linkcode createThompson} takes. */
export interface ThompsonOptions extends BanditStart {
  /** Successes the prior is worth, from 0.5. Default 1. */
  readonly alpha?: number;
  /** Failures the prior is worth, from 0.5. Default 1. */
  readonly beta?: number;
  /** What is left of a reward after an update, up to 1; 0.995 remembers about 200. Default 1. */
  readonly gamma?: number;
  /** Whether a reward between 0 and 1 becomes a coin thrown with it. Default false: it is split. */
  readonly coin?: boolean;
  /**
   * An arm is forgotten when its rewards change: lambda of {@linkcode createPageHinkley}, whose usual
   * value is 50. Default 0: never.
   */
  readonly detect?: number;
  /** Probability spread evenly over the open arms, from 0 to 1. Default 0.01. */
  readonly floor?: number;
}

/** How many numbers a detector keeps. */
const WATCHED = 7;

/**
 * Takes each arm with the probability that it is the best, given Beta(α + S, β + F) for each, with S
 * the sum of its rewards and F that of what they lack to 1. With `gamma` below 1 S and F of all arms
 * fade at each update, the prior does not. The probabilities are integrals, right to 0.01 and mostly
 * to 0.001, so that what is told is what is drawn from.
 *
 * Source: Thompson (1933); Chapelle and Li, "An empirical evaluation of Thompson sampling", NIPS
 * 2011, algorithm 2; the coin is Agrawal and Goyal, COLT 2012, algorithm 2; discounted: Raj and
 * Kalyani, "Taming non-stationary bandits: a Bayesian approach" (2017), with the prior left alone.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 *
 * @example
 * ```ts
 * import { createThompson } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = createThompson(["test", "lint"], { seed: 3, floor: 0 });
 * for (let i = 0; i < 20; i++) bandit.update(0, 1);
 * const { arm, propensity } = bandit.pick([true, true])!;
 * assert.equal(arm, 0);
 * assert.ok(propensity > 0.95 && propensity < 1);
 * ```
 */
export function createThompson(arms: readonly string[], options: ThompsonOptions = {}): Bandit {
  const { alpha = 1, beta = 1, gamma = 1, coin = false, detect = 0, floor = 0.01 } = options;
  inRange("alpha", alpha, 0.5, 1e9);
  inRange("beta", beta, 0.5, 1e9);
  inRange("gamma", gamma, ABOVE_0, 1);
  flag("coin", coin);
  inRange("detect", detect, 0);
  inRange("floor", floor, 0, 1);
  const start = begin("thompson", arms, options);
  const { rng } = start;
  const sums = createDiscounted(start, gamma, detect > 0 ? WATCHED : 0);
  const detectors = detect === 0
    ? []
    : start.kept.map((kept) =>
      createPageHinkley({ lambda: detect, ...kept.length > 0 && { from: kept.slice(2) } })
    );
  const a = (arm: number): number => alpha + sums.get(arm, 0);
  const b = (arm: number): number => beta + sums.get(arm, 1);

  // Tables of each arm's draw as log-odds, where a density has no poles and one peak.
  const laws = arms.map(() => createLaw(48));
  const stale = new Uint8Array(arms.length).fill(1);
  const best = createBest(arms.length, { laws });

  function refresh(arm: number): void {
    const [s, f] = [a(arm), b(arm)];
    // ln of the density of log-odds: s·u - (s + f)·ln(1 + e^u), without overflow.
    const lnDensity = (u: number): number =>
      (u < 0 ? s : -f) * u - (s + f) * Math.log(1 + Math.exp(-Math.abs(u)));
    const peak = Math.log(s / f);
    const step = 6 * Math.sqrt((s + f) / (s * f));
    const [low, high] = [reach(lnDensity, peak, -step), reach(lnDensity, peak, step)];
    fillLaw(laws[arm]!, lnDensity, lnDensity(peak), low, high, 1 / s);
    stale[arm] = 0;
  }

  return build(start, {
    options: { alpha, beta, gamma, coin, detect, floor },
    floor,
    distribute(out, open, n) {
      for (let i = 0; i < n; i++) if (stale[open[i]!]) refresh(open[i]!);
      best(out, open, n);
    },
    learn(arm, reward) {
      const success = !coin ? reward : rng.float() < reward ? 1 : 0;
      sums.add(arm, success, 1 - success);
      if (detectors[arm]?.add(reward)) sums.reset(arm);
      if (gamma < 1) stale.fill(1);
      else stale[arm] = 1;
    },
    estimate(arm) {
      const [s, f] = [a(arm), b(arm)];
      const mean = s / (s + f);
      const two = 2 * Math.sqrt(mean * (1 - mean) / (s + f + 1));
      const count = sums.get(arm, 0) + sums.get(arm, 1);
      return { mean, low: Math.max(0, mean - two), high: Math.min(1, mean + two), count };
    },
    keep(arm) {
      const kept = sums.keep(arm);
      const watched = detectors[arm]?.snapshot() ?? [];
      if (!watched[0]) return kept;
      return [...kept.length > 0 ? kept : [0, 0], ...watched];
    },
    shared: sums.shared,
  });
}
