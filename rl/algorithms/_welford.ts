/** A running mean and spread. */
export interface Welford {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of what was pushed; 0 below two numbers. */
  readonly std: number;
  push(value: number): void;
  snapshot(): WelfordSnapshot;
  /** Reads a snapshot; gives what takes it over. */
  restore(snapshot: unknown): () => void;
}

export interface WelfordSnapshot {
  readonly count: number;
  readonly mean: number;
  /** Sum of squared distances from the mean. */
  readonly squares: number;
}

/**
 * Source: Welford, "Note on a method for calculating corrected sums of squares and products",
 * Technometrics 4(3), 1962.
 */
export function createWelford(): Welford {
  let [count, mean, squares] = [0, 0, 0];
  return {
    get count() {
      return count;
    },
    get mean() {
      return mean;
    },
    get std() {
      return count < 2 ? 0 : Math.sqrt(squares / count);
    },
    push(value) {
      count++;
      const before = value - mean;
      mean += before / count;
      squares += before * (value - mean);
    },
    snapshot: () => ({ count, mean, squares }),
    restore(snapshot) {
      const next = snapshot as WelfordSnapshot | undefined;
      const numbers = [next?.count, next?.mean, next?.squares];
      if (!numbers.every(Number.isFinite) || next!.count < 0 || next!.squares < 0) {
        throw new RangeError(`not a running mean: ${JSON.stringify(snapshot)}`);
      }
      return () => ({ count, mean, squares } = next!);
    },
  };
}
