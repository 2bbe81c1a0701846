import { begin, build } from "./_bandit.ts";
import { boltzmann, raise } from "./_boltzmann.ts";
import { inRange } from "./_options.ts";
import { createRidge, ridgeOptions } from "./_ridge.ts";
import type { LinearOptions } from "./linear_options.ts";
import type { Bandit } from "./types.ts";

/** What {@linkcode createLinSoftmax} takes; `floor` over the open arms is the least, 0.05 by default. */
export interface LinSoftmaxOptions extends LinearOptions {
  /** How strongly a better arm is preferred. Default 10. */
  readonly sharpness?: number;
}

/**
 * Takes an arm with probability in proportion to exp(λ·θᵀx), raised to a least probability.
 *
 * Source: Bietti, Agarwal, Langford, "A contextual bandit bake-off", JMLR 22 (2021), for softmax over
 * a regression; the least probability is by projection on the simplex.
 *
 * @throws {RangeError} when an option or the state to go on from is out of range.
 */
export function createLinSoftmax(arms: readonly string[], options: LinSoftmaxOptions): Bandit {
  const { sharpness = 10, floor = 0.05 } = options;
  inRange("sharpness", sharpness, 0, 1e6);
  inRange("floor", floor, 0, 1);
  const ridged = ridgeOptions(options);
  const start = begin("lin-softmax", arms, options);
  const ridge = createRidge(start, ridged);
  const score = (arm: number): number => sharpness * ridge.mean[arm]!;

  return build(start, {
    ...ridge,
    options: { ...ridged, sharpness, floor },
    distribute(out, open, n, context) {
      ridge.look(open, n, context, false);
      boltzmann(out, open, n, score);
      raise(out, open, n, floor / n);
    },
  });
}
