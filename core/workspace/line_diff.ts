/** A run of lines in which two texts differ: 0-based, ends excluded; either side may be empty. */
export interface Difference {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Number of edits after which a region counts as simply replaced: bounds time and memory. */
const MAX_EDITS = 1000;

/**
 * Compares two lists of lines: lines that occur once on both sides hold the two together
 * (patience), between them the shortest script is found (Myers).
 */
export function lineDiff(a: readonly string[], b: readonly string[]): Difference[] {
  const numbers = new Map<string, number>();
  const number = (line: string) => {
    const known = numbers.get(line);
    if (known === undefined) numbers.set(line, numbers.size);
    return known ?? numbers.size - 1;
  };
  const matcher = new Matcher(Int32Array.from(a, number), Int32Array.from(b, number));
  matcher.match(0, a.length, 0, b.length);
  return matcher.differences();
}

class Matcher {
  readonly #a: Int32Array;
  readonly #b: Int32Array;
  /** For each line of `a` the line of `b` it stays as, or -1. */
  readonly #partner: Int32Array;

  constructor(a: Int32Array, b: Int32Array) {
    this.#a = a;
    this.#b = b;
    this.#partner = new Int32Array(a.length).fill(-1);
  }

  match(aStart: number, aEnd: number, bStart: number, bEnd: number): void {
    const [a, b] = [this.#a, this.#b];
    while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) {
      this.#partner[aStart++] = bStart++;
    }
    while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) {
      this.#partner[--aEnd] = --bEnd;
    }
    if (aStart === aEnd || bStart === bEnd) return;
    const anchors = this.#anchors(aStart, aEnd, bStart, bEnd);
    if (anchors.length === 0) return this.#shortest(aStart, aEnd, bStart, bEnd);
    let [aFrom, bFrom] = [aStart, bStart];
    for (const [i, j] of anchors) {
      this.match(aFrom, i, bFrom, j);
      this.#partner[i] = j;
      [aFrom, bFrom] = [i + 1, j + 1];
    }
    this.match(aFrom, aEnd, bFrom, bEnd);
  }

  differences(): Difference[] {
    const found: Difference[] = [];
    let [i, j] = [0, 0];
    while (i < this.#a.length || j < this.#b.length) {
      if (i < this.#a.length && this.#partner[i] === j) {
        i++;
        j++;
        continue;
      }
      const [aStart, bStart] = [i, j];
      while (i < this.#a.length && this.#partner[i] === -1) i++;
      j = i < this.#a.length ? this.#partner[i]! : this.#b.length;
      found.push({ aStart, aEnd: i, bStart, bEnd: j });
    }
    return found;
  }

  /** Lines that occur exactly once on each side, as the longest list that rises on both. */
  #anchors(aStart: number, aEnd: number, bStart: number, bEnd: number): [number, number][] {
    const inB = onlyOnce(this.#b, bStart, bEnd);
    const pairs: [number, number][] = [];
    for (const [line, i] of onlyOnce(this.#a, aStart, aEnd)) {
      const j = i < 0 ? undefined : inB.get(line);
      if (j !== undefined && j >= 0) pairs.push([i, j]);
    }
    return longestRising(pairs.sort((x, y) => x[0] - y[0]));
  }

  /** Myers' greedy algorithm; gives up, leaving all as different, beyond MAX_EDITS. */
  #shortest(aStart: number, aEnd: number, bStart: number, bEnd: number): void {
    const [n, m] = [aEnd - aStart, bEnd - bStart];
    const limit = Math.min(n + m, MAX_EDITS);
    const reach = new Int32Array(2 * limit + 3);
    const at = limit + 1;
    const trace: Int32Array[] = [];
    for (let d = 0; d <= limit; d++) {
      trace.push(reach.slice(at - d - 1, at + d + 2));
      for (let k = -d; k <= d; k += 2) {
        const down = k === -d || (k !== d && reach[at + k - 1]! < reach[at + k + 1]!);
        let x = down ? reach[at + k + 1]! : reach[at + k - 1]! + 1;
        let y = x - k;
        while (x < n && y < m && this.#a[aStart + x] === this.#b[bStart + y]) {
          x++;
          y++;
        }
        reach[at + k] = x;
        if (x >= n && y >= m) return this.#backtrack(trace, n, m, aStart, bStart);
      }
    }
  }

  #backtrack(trace: Int32Array[], x: number, y: number, aStart: number, bStart: number): void {
    for (let d = trace.length - 1; d >= 0; d--) {
      const reach = trace[d]!;
      const at = d + 1;
      const k = x - y;
      const down = k === -d || (k !== d && reach[at + k - 1]! < reach[at + k + 1]!);
      const fromK = down ? k + 1 : k - 1;
      const fromX = d === 0 ? 0 : reach[at + fromK]!;
      const fromY = d === 0 ? 0 : fromX - fromK;
      while (x > fromX && y > fromY) {
        x--;
        y--;
        this.#partner[aStart + x] = bStart + y;
      }
      [x, y] = [fromX, fromY];
    }
  }
}

/** Where each line stands in a range; -1 for one that occurs again. */
function onlyOnce(lines: Int32Array, start: number, end: number): Map<number, number> {
  const places = new Map<number, number>();
  for (let i = start; i < end; i++) places.set(lines[i]!, places.has(lines[i]!) ? -1 : i);
  return places;
}

/** The longest subsequence of pairs whose second parts rise. */
function longestRising(pairs: readonly [number, number][]): [number, number][] {
  const tops: number[] = [];
  const before: number[] = [];
  for (const [index, [, j]] of pairs.entries()) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tops[middle]!]![1] < j) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? tops[low - 1]! : -1;
    tops[low] = index;
  }
  const rising: [number, number][] = [];
  for (let index = tops.at(-1) ?? -1; index >= 0; index = before[index]!) {
    rising.push(pairs[index]!);
  }
  return rising.reverse();
}
