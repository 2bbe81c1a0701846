import { begin, build } from "./_bandit.ts";
import { ABOVE_0, inRange } from "./_options.ts";
import { createRidge, ridgeOptions } from "./_ridge.ts";
import { createBest } from "./_best.ts";
import { studentLaw } from "./_student.ts";
import type { LinearOptions } from "./linear_options.ts";
import type { Bandit } from "./types.ts";

/** What {@linkcode createLinTs} takes; `floor` is 0.01 by default. */
export interface LinTsOptions extends LinearOptions {
  /** How widely it draws, above 0. Default 0.5. */
  readonly v?: number;
}

/**
 * Takes each arm with the probability that its score is the best, where scores are drawn from
 * N(θᵀx, v²·xᵀA⁻¹x). As each arm has its own θ, that is the same law as drawing all of θ. The
 * probabilities are integrals.
 *
 * Source: Agrawal and Goyal, "Thompson sampling for contextual bandits with linear payoffs", ICML
 * 2013, algorithm 1.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 */
export function createLinTs(arms: readonly string[], options: LinTsOptions): Bandit {
  const { v = 0.5, floor = 0.01 } = options;
  inRange("v", v, ABOVE_0, 1e6);
  inRange("floor", floor, 0, 1);
  const ridged = ridgeOptions(options);
  const start = begin("lin-ts", arms, options);
  const ridge = createRidge(start, ridged);
  const scale = new Float64Array(arms.length);
  const laws = arms.map(() => studentLaw(Infinity));
  const best = createBest(arms.length, { laws, centre: ridge.mean, scale });

  return build(start, {
    ...ridge,
    options: { ...ridged, v, floor },
    floor,
    distribute(out, open, n, context) {
      ridge.look(open, n, context, true);
      for (let i = 0; i < n; i++) {
        const arm = open[i]!;
        // A context of nothing but 0 has no width: then all draws are alike.
        scale[arm] = Math.max(1e-12, v * Math.sqrt(ridge.width[arm]!));
      }
      best(out, open, n);
    },
  });
}
