import type { Rng } from "../rng.ts";
import { fromOne, marsagliaTsang } from "./_marsaglia_tsang.ts";

/**
 * A draw from the gamma distribution with scale 1. Tiny shapes may give 0, where the draw is below
 * the smallest double: {@linkcode sampleLogGamma} keeps those apart.
 *
 * Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000);
 * for shapes below 1 its section 6: Gamma(k) = Gamma(k + 1)·U^(1/k).
 *
 * @param shape above 0 and finite.
 * @throws {RangeError} for another shape.
 */
export function sampleGamma(rng: Rng, shape: number): number {
  if (fromOne(shape)) return marsagliaTsang(rng, shape);
  const boosted = marsagliaTsang(rng, shape + 1);
  const u = 1 - rng.float();
  return shape < 1e-3
    ? Math.exp(Math.log(boosted) + Math.log(u) / shape)
    : boosted * Math.pow(u, 1 / shape);
}
