/** A set of positions, kept as ranges: what is done in order takes one of them. */
export class Ranges {
  /** First and last position of each, ascending, never touching. */
  readonly #ranges: [first: number, last: number][];

  constructor(ranges: readonly (readonly [number, number])[] = []) {
    this.#ranges = ranges.map(([first, last]) => [first, last]);
  }

  /** All up to a position. */
  static upTo(position: number): Ranges {
    return new Ranges(position > 0 ? [[1, position]] : []);
  }

  /** The last position before the first gap. */
  get contiguous(): number {
    const first = this.#ranges[0];
    return first?.[0] === 1 ? first[1] : 0;
  }

  /** The last position of all. */
  get last(): number {
    return this.#ranges.at(-1)?.[1] ?? 0;
  }

  /** How many positions. */
  get size(): number {
    return this.#ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  has(position: number): boolean {
    const range = this.#ranges[this.#indexAt(position)];
    return range !== undefined && range[0] <= position;
  }

  add(position: number): void {
    const at = this.#indexAt(position);
    const [before, after] = [this.#ranges[at - 1], this.#ranges[at]];
    if (after !== undefined && after[0] <= position) return;
    const joinsBefore = before !== undefined && before[1] === position - 1;
    const joinsAfter = after !== undefined && after[0] === position + 1;
    if (joinsBefore && joinsAfter) {
      before[1] = after[1];
      this.#ranges.splice(at, 1);
    } else if (joinsBefore) before[1] = position;
    else if (joinsAfter) after[0] = position;
    else this.#ranges.splice(at, 0, [position, position]);
  }

  /** The same with one more. */
  with(position: number): Ranges {
    const copy = new Ranges(this.#ranges);
    copy.add(position);
    return copy;
  }

  toJSON(): readonly (readonly [number, number])[] {
    return this.#ranges.map(([first, last]) => [first, last]);
  }

  /** Index of the first range that ends at a position or after it. */
  #indexAt(position: number): number {
    let [low, high] = [0, this.#ranges.length];
    // Most are added at the end.
    if (high > 0 && this.#ranges[high - 1]![1] < position) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranges[middle]![1] < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
