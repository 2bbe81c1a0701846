import type { Rng } from "../rng.ts";
import { sampleLogGamma } from "./log_gamma.ts";
import { sampleNormal } from "./normal.ts";

/**
 * A draw from Student's t distribution, centre 0 and scale 1. With few degrees of freedom its tails
 * are heavy, below about 0.1 so heavy that a draw can be infinite.
 *
 * Source: Devroye, "Non-uniform random variate generation" (1986), IX.5: N/√(G(ν/2)/(ν/2)).
 *
 * @param freedom degrees of freedom, above 0 and finite.
 * @throws {RangeError} for others.
 */
export function sampleStudentT(rng: Rng, freedom: number): number {
  const half = freedom / 2;
  return sampleNormal(rng) * Math.exp(-0.5 * (sampleLogGamma(rng, half) - Math.log(half)));
}
