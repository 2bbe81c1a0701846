/** A mean and its standard error. */
export interface Spread {
  readonly mean: number;
  readonly se: number;
}

/** Mean and standard error of independent numbers. */
export function spread(values: ArrayLike<number>): Spread {
  const all = Array.from(values);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const squares = all.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, se: Math.sqrt(squares / Math.max(1, all.length - 1) / all.length) };
}

/** `0.123 ± 0.004`. */
export function shown({ mean, se }: Spread, digits = 3): string {
  return `${mean.toFixed(digits)} ± ${se.toFixed(digits)}`;
}
