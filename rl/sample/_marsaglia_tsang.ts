import type { Rng } from "../rng.ts";
import { sampleNormal } from "./normal.ts";

/**
 * Whether the method may be used as it is: for shapes from 1.
 *
 * @throws {RangeError} unless the shape is above 0 and finite.
 */
export function fromOne(shape: number): boolean {
  if (!(shape > 0 && shape < Infinity)) {
    throw new RangeError(`not a shape, a finite number above 0: ${shape}`);
  }
  return shape >= 1;
}

/** Gamma with a shape from 1: Marsaglia and Tsang, ACM TOMS 26 (2000), figure 1. */
export function marsagliaTsang(rng: Rng, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = sampleNormal(rng);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = 1 - rng.float();
    const xx = x * x;
    if (u < 1 - 0.0331 * xx * xx) return d * v;
    if (Math.log(u) < 0.5 * xx + d * (1 - v + Math.log(v))) return d * v;
  }
}
