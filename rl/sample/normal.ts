import type { Rng } from "../rng.ts";
import { normalQuantile } from "./normal_quantile.ts";

/**
 * A draw from the standard normal distribution, by inversion: it takes one number of the stream and
 * keeps nothing, so that a resumed stream goes on bit for bit. Never infinite.
 *
 * Source: inversion, Devroye, "Non-uniform random variate generation" (1986), II.2.
 */
export function sampleNormal(rng: Rng): number {
  // Half a step into the cell, as the ends of the unit interval have no finite quantile.
  return normalQuantile(Math.min(rng.float() + 2 ** -54, 1 - 2 ** -53));
}
