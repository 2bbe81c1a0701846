import { type Law, readLaw } from "./_law.ts";

/** Independent draws, one an arm, of which the greatest wins. */
export interface Draws {
  /** Of each arm: the law of z, where its draw is centre + scale·z. */
  readonly laws: readonly Law[];
  /** Default 0 for all. */
  readonly centre?: Float64Array;
  /** Above 0. Default 1 for all. */
  readonly scale?: Float64Array;
}

/** About how many points the line is cut at. */
const POINTS = 48;

/**
 * Makes the function that writes the probability of each open arm to have the greatest draw, by
 * quadrature in one dimension: P(a) = ∫ Π_b F_b · d ln F_a. In each cell the whole mass of the
 * greatest draw is exact, and is shared in proportion to how much ln F_a grows there, which is exact
 * where those growths keep their ratios.
 */
export function createBest(
  k: number,
  { laws, centre = new Float64Array(k), scale = new Float64Array(k).fill(1) }: Draws,
): (out: Float64Array, open: Int32Array, n: number) => void {
  const live = new Int32Array(k);
  const points = new Float64Array(POINTS + 5 * k + 2);
  const before = new Float64Array(k);
  const growth = new Float64Array(k);
  const highs = new Float64Array(k);

  /** Where a place in an arm's table is on the line, and the other way round. */
  function onLine(arm: number, w: number): number {
    return centre[arm]! + scale[arm]! * (laws[arm]!.squashed ? w / (1 - Math.abs(w)) : w);
  }
  function inTable(law: Law, z: number): number {
    return law.squashed ? z / (1 + Math.abs(z)) : z;
  }

  /** Cuts the line where the greatest draw may be, more finely where it often is. */
  function cut(lives: number, low: number, high: number): Float64Array {
    // Where one arm is hardly ever below, the greatest is hardly ever.
    let start = low;
    for (let i = 0; i < lives; i++) start = Math.max(start, onLine(live[i]!, laws[live[i]!]!.from));
    const each = Math.max(4, Math.ceil(POINTS / lives));
    let count = 0;
    points[count++] = low;
    for (let i = 0; i < lives; i++) {
      const arm = live[i]!;
      const law = laws[arm]!;
      const { from, to } = law;
      const begin = Math.max(from, inTable(law, (start - centre[arm]!) / scale[arm]!));
      // Arms alike have their points between each other's.
      for (let j = 0, at = (i + 0.5) / lives; j < each && begin < to; j++, at++) {
        const x = onLine(arm, begin + (to - begin) * at / each);
        if (x > low && x < high) points[count++] = x;
      }
    }
    points[count++] = high;
    return points.subarray(0, count).sort();
  }

  return function best(out, open, n) {
    let low = -Infinity;
    let high = -Infinity;
    for (let i = 0; i < n; i++) {
      const arm = open[i]!;
      low = Math.max(low, onLine(arm, laws[arm]!.low));
      high = Math.max(high, onLine(arm, laws[arm]!.high));
    }
    let lives = 0;
    for (let i = 0; i < n; i++) {
      const arm = open[i]!;
      highs[lives] = onLine(arm, laws[arm]!.high);
      if (highs[lives]! > low) live[lives++] = arm;
    }
    if (lives === 1) return void (out[live[0]!] = 1);
    const cuts = cut(lives, low, high);
    let below = -1;
    for (let c = 0; c < cuts.length; c++) {
      const x = cuts[c]!;
      let all = 0;
      let grown = 0;
      for (let i = 0; i < lives; i++) {
        let ln = 0;
        if (x < highs[i]!) {
          const arm = live[i]!;
          const law = laws[arm]!;
          ln = readLaw(law, inTable(law, (x - centre[arm]!) / scale[arm]!));
        }
        const more = Math.max(0, ln - before[i]!);
        all += ln;
        grown += more;
        growth[i] = more;
        before[i] = ln;
      }
      const mass = Math.exp(all);
      // At the first point there is nothing to compare with.
      if (below >= 0 && grown > 0 && mass > below) {
        const more = mass - below;
        for (let i = 0; i < lives; i++) {
          // The quotient first: it is at most 1, whereas mass over a tiny growth could overflow.
          out[live[i]!] = out[live[i]!]! + more * (growth[i]! / grown);
        }
      }
      below = mass;
    }
    let sum = 0;
    for (let i = 0; i < lives; i++) sum += out[live[i]!]!;
    for (let i = 0; i < lives; i++) out[live[i]!] = out[live[i]!]! / sum;
  };
}
