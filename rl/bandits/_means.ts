import { read, type Start } from "./_bandit.ts";
import { checkGoneOn, damaged } from "./_snapshot.ts";

/** Count, mean and sum of squared deviations of each arm's rewards. */
export interface Means {
  readonly count: Float64Array;
  readonly mean: Float64Array;
  readonly squares: Float64Array;
  /**
   * Takes a reward in: Welford, "Note on a method for calculating corrected sums of squares and
   * products", Technometrics 4 (1962).
   *
   * @throws {RangeError} when the squares pass what a number can hold; nothing changes.
   */
  add(arm: number, reward: number): void;
  /** All pulls. */
  total(): number;
  keep(arm: number): number[];
}

/** Sums of one arm: count, mean, squares. */
export function createMeans(start: Start, initial = 0): Means {
  const k = start.names.length;
  const count = new Float64Array(k);
  const mean = new Float64Array(k).fill(initial);
  const squares = new Float64Array(k);
  for (let arm = 0; arm < k; arm++) {
    const kept = read(start, arm, 3);
    if (!kept) continue;
    if (kept[0]! < 0 || kept[2]! < 0) damaged(`arm "${start.names[arm]}" has a negative count`);
    [count[arm], mean[arm], squares[arm]] = kept as [number, number, number];
  }
  return {
    count,
    mean,
    squares,
    add(arm, reward) {
      const n = count[arm]! + 1;
      const old = n === 1 ? 0 : mean[arm]!;
      const fresh = old + (reward - old) / n;
      const sum = squares[arm]! + (reward - old) * (reward - fresh);
      if (!Number.isFinite(sum)) throw new RangeError(`a reward of ${reward} is too great`);
      count[arm] = n;
      mean[arm] = fresh;
      squares[arm] = sum;
    },
    total() {
      let sum = 0;
      for (let arm = 0; arm < k; arm++) sum += count[arm]!;
      return sum;
    },
    keep: (arm) => count[arm] === 0 ? [] : [count[arm]!, mean[arm]!, squares[arm]!],
  };
}

/**
 * What two processes learned since a common base, together: sums are taken around our mean, so that
 * nothing cancels that need not.
 *
 * Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances" (1979), with a negative weight for the base.
 */
export function mergeMeans(
  base: readonly number[],
  ours: readonly number[],
  theirs: readonly number[],
): number[] {
  for (const [n = 0] of [ours, theirs]) checkGoneOn(base[0] ?? 0, n);
  const centre = ours[1] ?? 0;
  const sums = [ours, theirs, base].map(([n = 0, mean = 0, squares = 0]) => {
    const off = n * (mean - centre);
    return [n, off, squares + off * (mean - centre)] as const;
  });
  const [n, off, squares] = [0, 1, 2].map((i) => sums[0]![i]! + sums[1]![i]! - sums[2]![i]!) as [
    number,
    number,
    number,
  ];
  return n <= 0 ? [] : [n, centre + off / n, Math.max(0, squares - off * off / n)];
}
