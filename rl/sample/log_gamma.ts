import type { Rng } from "../rng.ts";
import { fromOne, marsagliaTsang } from "./_marsaglia_tsang.ts";

/**
 * The natural logarithm of a draw from the gamma distribution with scale 1, exact also where the
 * draw itself would be 0.
 *
 * Source: Marsaglia and Tsang, ACM TOMS 26 (2000), section 6 in logarithms:
 * ln Gamma(k) = ln Gamma(k + 1) + ln(U)/k.
 *
 * @param shape above 0 and finite.
 * @throws {RangeError} for another shape.
 */
export function sampleLogGamma(rng: Rng, shape: number): number {
  if (fromOne(shape)) return Math.log(marsagliaTsang(rng, shape));
  const boosted = marsagliaTsang(rng, shape + 1);
  return Math.log(boosted) + Math.log(1 - rng.float()) / shape;
}
