import type { Rng } from "../rng.ts";

/**
 * 0 to `order.length - 1` in random order. Source: Durstenfeld, "Algorithm 235", CACM 7(7), 1964.
 */
export function shuffle(order: Int32Array, rng: Rng): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = rng.int(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
}

/** Brings the first `n` numbers to mean 0 and (unbiased) deviation 1. */
export function standardize(values: Float64Array, n: number): void {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  const scale = 1 / (Math.sqrt(squares / (n - 1)) + 1e-8);
  for (let i = 0; i < n; i++) values[i] = (values[i]! - mean) * scale;
}

/** Throws unless all are integers from 1. */
export function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(`${name} must be an integer from 1; given: ${count}`);
    }
  }
}
