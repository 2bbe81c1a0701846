import { begin, build } from "./_bandit.ts";
import { inRange } from "./_options.ts";
import { createRidge, ridgeOptions } from "./_ridge.ts";
import type { LinearOptions } from "./linear_options.ts";
import type { Bandit } from "./types.ts";

/** What {@linkcode createSquareCb} takes; `floor` is 0 by default, as no open arm ever has 0. */
export interface SquareCbOptions extends LinearOptions {
  /** Factor of γ_t: the greater, the less it explores. Default 10. */
  readonly gammaScale?: number;
  /** Exponent of γ_t, from 0 to 1. Default 0.5. */
  readonly gammaExponent?: number;
}

/**
 * Takes an arm with a probability that falls with how much less it is expected to give than the best
 * one b: p_a = 1/(K + γ_t(r_b - r_a)), and p_b is the rest, shared where several are best. K counts
 * the open arms, γ_t = 10·√t, and r is a ridge regression's answer, held within 0 and 1.
 *
 * Source: Foster and Rakhlin, "Beyond UCB: optimal and efficient contextual bandits with regression
 * oracles", ICML 2020, algorithm 1; γ_t as in Vowpal Wabbit.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 *
 * @example
 * ```ts
 * import { createSquareCb } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = createSquareCb(["test", "lint"], { size: 1 });
 * for (let i = 0; i < 100; i++) bandit.update(i % 2, i % 2, [0.3]);
 * const [test, lint] = bandit.probs([true, true], [0.3]) as unknown as [number, number];
 * assert.ok(test > 0.005 && test < 0.02 && Math.abs(test + lint - 1) < 1e-12);
 * ```
 */
export function createSquareCb(arms: readonly string[], options: SquareCbOptions): Bandit {
  const { gammaScale = 10, gammaExponent = 0.5, floor = 0 } = options;
  inRange("gammaScale", gammaScale, 0, 1e9);
  inRange("gammaExponent", gammaExponent, 0, 1);
  inRange("floor", floor, 0, 1);
  const ridged = ridgeOptions(options);
  const start = begin("square-cb", arms, options);
  const ridge = createRidge(start, ridged);
  const expected = (arm: number): number => Math.min(1, Math.max(0, ridge.mean[arm]!));

  return build(start, {
    ...ridge,
    options: { ...ridged, gammaScale, gammaExponent, floor },
    floor,
    distribute(out, open, n, context, updates) {
      ridge.look(open, n, context, false);
      let best = 0;
      for (let i = 0; i < n; i++) best = Math.max(best, expected(open[i]!));
      const pace = gammaScale * Math.pow(updates + 1, gammaExponent);
      let rest = 1;
      let ties = 0;
      for (let i = 0; i < n; i++) {
        const arm = open[i]!;
        const gap = best - expected(arm);
        if (gap === 0) ties++;
        else rest -= out[arm] = 1 / (n + pace * gap);
      }
      for (let i = 0; i < n; i++) if (out[open[i]!] === 0) out[open[i]!] = rest / ties;
    },
  });
}
