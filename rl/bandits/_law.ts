/**
 * The logarithm of a distribution function as a table over equal cells, read by cubic interpolation.
 * It is what the probability to be the best is computed from.
 */
export interface Law {
  /** Where the table starts: practically nothing is below. */
  low: number;
  /** Where it ends: practically nothing is above. */
  high: number;
  /** From here to `to` are all but 1/500 below and 1/100,000 above. */
  from: number;
  to: number;
  /** Whether the table is over z/(1 + |z|) instead of z: a heavy tail has an end there. */
  readonly squashed: boolean;
  /** One over the width of a cell. */
  perCell: number;
  /** For each border of a cell ln F, then its slope times the width. */
  readonly table: Float64Array;
  /** The four coefficients of each cell's cubic, lowest power first. */
  readonly cubics: Float64Array;
}

/** Room for a table. */
export function createLaw(cells: number, squashed = false): Law {
  const table = new Float64Array(2 * (cells + 1));
  const cubics = new Float64Array(4 * cells);
  return { low: 0, high: 0, from: 0, to: 0, perCell: 1, squashed, table, cubics };
}

/** What is below e^-DEPTH of the greatest density is left out. */
export const DEPTH = 17;

/**
 * Fills the table.
 *
 * @param lnDensity ln of the density up to a constant; it falls below e^-DEPTH of its peak outside.
 * @param top about the greatest ln of the density.
 * @param tail what is below `low`, in units of the density there.
 */
export function fillLaw(
  law: Law,
  lnDensity: (x: number) => number,
  top: number,
  low: number,
  high: number,
  tail: number,
): void {
  const { table } = law;
  const cells = table.length / 2 - 1;
  const width = (high - low) / cells;
  // Densities stand where the slopes will.
  for (let i = 0; i <= cells; i++) table[2 * i + 1] = Math.exp(lnDensity(low + i * width) - top);
  let sum = table[1]! * tail / width;
  table[0] = sum;
  for (let i = 1; i <= cells; i++) {
    const a = table[2 * i - 1]!;
    const b = table[2 * i + 1]!;
    // The cubic through the four densities around a cell; at the ends a straight line.
    sum += i === 1 || i === cells
      ? (a + b) / 2
      : (13 * (a + b) - table[2 * i - 3]! - table[2 * i + 3]!) / 24;
    table[2 * i] = sum;
  }
  law.low = law.from = low;
  law.high = law.to = high;
  law.perCell = 1 / width;
  for (let i = 0; i <= cells; i++) {
    const f = table[2 * i]!;
    if (f < sum / 500) law.from = low + i * width;
    if (f < sum * (1 - 1e-5)) law.to = low + (i + 1) * width;
    table[2 * i + 1] = table[2 * i + 1]! / f;
    table[2 * i] = Math.log(f / sum);
  }
  // Slopes up to three times the rise keep the cubic from turning: Fritsch and Carlson, SIAM J.
  // Numer. Anal. 17 (1980).
  for (let i = 0; i < cells; i++) {
    const most = 3 * (table[2 * i + 2]! - table[2 * i]!);
    for (const at of [2 * i + 1, 2 * i + 3]) if (table[at]! > most) table[at] = most;
  }
  // Hermite's cubic: the values and the slopes at both borders.
  for (let i = 0, c = 0; i < cells; i++) {
    const f0 = table[2 * i]!;
    const s0 = table[2 * i + 1]!;
    const rise = table[2 * i + 2]! - f0;
    const s1 = table[2 * i + 3]!;
    law.cubics[c++] = f0;
    law.cubics[c++] = s0;
    law.cubics[c++] = 3 * rise - 2 * s0 - s1;
    law.cubics[c++] = s0 + s1 - 2 * rise;
  }
}

/** ln F at a point. */
export function readLaw({ cubics, low, perCell }: Law, x: number): number {
  return readCubics(cubics, (x - low) * perCell);
}

/** ln F at a place of a table, in cells from its start. */
export function readCubics(cubics: Float64Array, at: number): number {
  if (!(at > 0)) return cubics[0]!;
  const i = Math.floor(at);
  const c = 4 * i;
  if (c >= cubics.length) return 0;
  const t = at - i;
  return cubics[c]! + t * (cubics[c + 1]! + t * (cubics[c + 2]! + t * cubics[c + 3]!));
}

/**
 * Goes out from the peak of a density until it has fallen by e^-DEPTH, and not much further.
 *
 * @param step a first guess of the way, negative to the left.
 */
export function reach(lnDensity: (x: number) => number, peak: number, step: number): number {
  const floor = lnDensity(peak) - DEPTH;
  let inside = peak;
  let outside = peak + step;
  while (lnDensity(outside) > floor) {
    inside = outside;
    outside += outside - peak;
  }
  for (let i = 0; i < 3; i++) {
    const middle = (inside + outside) / 2;
    if (lnDensity(middle) > floor) inside = middle;
    else outside = middle;
  }
  return outside;
}
