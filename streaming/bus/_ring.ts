/** An emptied queue with more slots than this gives them back. */
const KEPT_SLOTS = 65_536;

/** A queue in an array whose length is a power of two: both ends in constant time. */
export class Ring<T> {
  #slots: (T | undefined)[] = new Array(16);
  #mask = 15;
  #head = 0;
  #length = 0;

  /** How many are in it. */
  get length(): number {
    return this.#length;
  }

  /** Adds at the end. */
  push(item: T): void {
    if (this.#length > this.#mask) this.#resize(this.#slots.length * 2);
    this.#slots[(this.#head + this.#length++) & this.#mask] = item;
  }

  /** Adds at the front. */
  unshift(item: T): void {
    if (this.#length > this.#mask) this.#resize(this.#slots.length * 2);
    this.#head = (this.#head - 1) & this.#mask;
    this.#slots[this.#head] = item;
    this.#length++;
  }

  /** Takes from the front. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined; // else what was read could not be freed
    this.#head = (this.#head + 1) & this.#mask;
    if (--this.#length === 0 && this.#mask >= KEPT_SLOTS) this.#resize(16);
    return item;
  }

  /** The one at the front. */
  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head];
  }

  /** The first that fits. */
  find(fits: (item: T) => boolean): T | undefined {
    for (let i = 0; i < this.#length; i++) {
      const item = this.#slots[(this.#head + i) & this.#mask]!;
      if (fits(item)) return item;
    }
    return undefined;
  }

  /** Takes one out, wherever it is; false when it is not in it. */
  remove(item: T): boolean {
    const all = this.clear();
    const at = all.indexOf(item);
    for (let i = 0; i < all.length; i++) if (i !== at) this.push(all[i]!);
    return at >= 0;
  }

  /** Takes all. */
  clear(): T[] {
    const all: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) all.push(item);
    return all;
  }

  #resize(size: number): void {
    const old = this.#slots;
    const slots = new Array<T | undefined>(size);
    for (let i = 0; i < this.#length; i++) slots[i] = old[(this.#head + i) & this.#mask];
    this.#slots = slots;
    this.#mask = size - 1;
    this.#head = 0;
  }
}
