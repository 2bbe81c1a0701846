/**
 * Spreads all probability evenly over the arms with the greatest score: a random tie-break, told as
 * probabilities. A score may be infinite.
 */
export function shareBest(
  out: Float64Array,
  open: Int32Array,
  n: number,
  score: (arm: number) => number,
): void {
  let best = -Infinity;
  let ties = 0;
  for (let i = 0; i < n; i++) {
    const arm = open[i]!;
    const value = score(arm);
    out[arm] = value;
    if (value > best) {
      best = value;
      ties = 1;
    } else if (value === best) ties++;
  }
  for (let i = 0; i < n; i++) {
    const arm = open[i]!;
    out[arm] = out[arm] === best ? 1 / ties : 0;
  }
}
