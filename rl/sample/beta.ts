import type { Rng } from "../rng.ts";
import { sampleGamma } from "./gamma.ts";
import { sampleLogGamma } from "./log_gamma.ts";

/**
 * A draw from the beta distribution, in [0, 1]. Where a shape is below 1 it is computed from the
 * logarithms of two gamma draws, which do not both vanish.
 *
 * Source: Devroye, "Non-uniform random variate generation" (1986), IX.4: G(a)/(G(a) + G(b)).
 *
 * @param a above 0 and finite: successes, with the prior.
 * @param b above 0 and finite: failures, with the prior.
 * @throws {RangeError} for other shapes.
 *
 * @example
 * ```ts
 * import { createRng, sampleBeta } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const draw = sampleBeta(createRng(1), 2, 5);
 * assert.ok(draw > 0 && draw < 1);
 * ```
 */
export function sampleBeta(rng: Rng, a: number, b: number): number {
  if (a >= 1 && b >= 1) {
    const ga = sampleGamma(rng, a);
    return ga / (ga + sampleGamma(rng, b));
  }
  const la = sampleLogGamma(rng, a);
  const lb = sampleLogGamma(rng, b);
  // Both vanish only for shapes about 1e-305, where the draw is 0 or 1.
  if (la === lb) return rng.float() * (a + b) < a ? 1 : 0;
  return 1 / (1 + Math.exp(lb - la));
}
