/** Probabilities in proportion to exp(score); the greatest score is subtracted first. */
export function boltzmann(
  out: Float64Array,
  open: Int32Array,
  n: number,
  score: (arm: number) => number,
): void {
  let best = -Infinity;
  for (let i = 0; i < n; i++) {
    const value = score(open[i]!);
    out[open[i]!] = value;
    if (value > best) best = value;
  }
  let sum = 0;
  for (let i = 0; i < n; i++) sum += out[open[i]!] = Math.exp(out[open[i]!]! - best);
  for (let i = 0; i < n; i++) out[open[i]!] = out[open[i]!]! / sum;
}

/**
 * The nearest distribution without a probability below `least`, by Euclidean distance.
 *
 * Source: Duchi, Shalev-Shwartz, Singer, Chandra, "Efficient projections onto the l1-ball", ICML
 * 2008, for the simplex that is left when each arm has its least.
 */
export function raise(out: Float64Array, open: Int32Array, n: number, least: number): void {
  if (least <= 0) return;
  // Each round takes the same from all that are above their least; at most n rounds.
  for (;;) {
    let over = -1;
    let above = 0;
    for (let i = 0; i < n; i++) {
      const arm = open[i]!;
      if (out[arm]! < least) out[arm] = least;
      over += out[arm]!;
      if (out[arm]! > least) above++;
    }
    if (over <= 1e-15 || above === 0) return;
    for (let i = 0; i < n; i++) if (out[open[i]!]! > least) out[open[i]!]! -= over / above;
  }
}
