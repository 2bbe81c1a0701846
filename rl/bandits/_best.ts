import { type Law, readCubics } from "./_law.ts";
import { createSpreadSort } from "./_sort_spread.ts";

/** Independent draws, one an arm, of which the greatest wins. */
export interface Draws {
  /** Of each arm: the law of z, where its draw is centre + scale·z. */
  readonly laws: readonly Law[];
  /** Default 0 for all. */
  readonly centre?: Float64Array;
  /** Above 0. Default 1 for all. */
  readonly scale?: Float64Array;
}

/** Where an arm's draws are, and the points at which they are looked at. */
interface Line {
  readonly cuts: Float64Array;
  readonly centre: number;
  readonly scale: number;
  /** From here on F is 1. */
  readonly high: number;
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
  const room = POINTS + 5 * k + 2;
  const points = new Float64Array(room);
  const highs = new Float64Array(k);
  const sort = createSpreadSort(room);
  // At each point: the sum of ln F, how much it has grown since the one before, the mass of that
  // growth's unit; of each arm its own growth.
  const [all, grown, share] = [0, 0, 0].map(() => new Float64Array(room)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const growth = new Float64Array(k * room);

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
      const step = (to - begin) / each;
      // Arms alike have their points between each other's.
      for (let j = 0, at = (i + 0.5) / lives; j < each && begin < to; j++, at++) {
        const x = onLine(arm, begin + step * at);
        if (x > low && x < high) points[count++] = x;
      }
    }
    points[count++] = high;
    sort(points, count, low, high);
    return points.subarray(0, count);
  }

  /** Reads ln F of an arm at all points, arm by arm, as its table is then at hand. */
  function grow({ cubics, low, perCell, squashed }: Law, line: Line, to: number): void {
    const { cuts, centre, scale, high } = line;
    const many = cuts.length;
    const factor = (squashed ? 1 : perCell) / scale;
    const shift = squashed ? 0 : low * perCell;
    let before = 0;
    let c = 0;
    for (; c < many && cuts[c]! < high; c++) {
      const z = (cuts[c]! - centre) * factor;
      const ln = readCubics(cubics, squashed ? (z / (1 + Math.abs(z)) - low) * perCell : z - shift);
      const more = c > 0 && ln > before ? ln - before : 0;
      growth[to + c] = more;
      grown[c] = grown[c]! + more;
      all[c] = all[c]! + ln;
      before = ln;
    }
    if (c === many) return;
    // All of it is below from here on.
    growth[to + c] = c > 0 ? -before : 0;
    grown[c] = grown[c]! + growth[to + c]!;
    growth.fill(0, to + c + 1, to + many);
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
    const many = cuts.length;
    all.fill(0, 0, many);
    grown.fill(0, 0, many);
    for (let i = 0; i < lives; i++) {
      const arm = live[i]!;
      grow(
        laws[arm]!,
        { cuts, centre: centre[arm]!, scale: scale[arm]!, high: highs[i]! },
        i * room,
      );
    }
    let below = Math.exp(all[0]!);
    for (let c = 1; c < many; c++) {
      const mass = Math.exp(all[c]!);
      // What is shared out a unit of growth. It is finite: where the mass is more, ln F has grown by
      // no less than a rounding error of it.
      share[c] = mass > below && grown[c]! > 0 ? (mass - below) / grown[c]! : 0;
      below = mass;
    }
    let sum = 0;
    for (let i = 0; i < lives; i++) {
      const mine = i * room;
      let won = 0;
      for (let c = 1; c < many; c++) won += share[c]! * growth[mine + c]!;
      out[live[i]!] = won;
      sum += won;
    }
    for (let i = 0; i < lives; i++) out[live[i]!] = out[live[i]!]! / sum;
  };
}
