import type { Estimate } from "./types.ts";

/**
 * An estimate of a mean in [0, 1] from `n` rewards. The interval is Wilson's for two standard
 * errors; as no variable in [0, 1] varies more than a coin of the same mean, it is wide enough.
 *
 * Source: Wilson, "Probable inference", JASA 22 (1927).
 */
export function wilson(mean: number, n: number, count = n): Estimate {
  if (!(n > 0)) return { mean, low: 0, high: 1, count };
  const p = Math.min(1, Math.max(0, mean));
  const zz = 4 / n;
  const centre = (p + zz / 2) / (1 + zz);
  const half = Math.sqrt(zz * (p * (1 - p) + zz / 4)) / (1 + zz);
  return { mean, low: Math.max(0, centre - half), high: Math.min(1, centre + half), count };
}
