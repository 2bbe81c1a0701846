/** A ring-buffer queue read by `for await`, and nothing else: what a bus is measured by. */
export class BareRing<T> {
  readonly #slots: (T | undefined)[];
  readonly #mask: number;
  #head = 0;
  #length = 0;
  #waiting: ((result: IteratorResult<T, undefined>) => void) | undefined;

  /** @param size the most that wait; one more overwrites. */
  constructor(size: number) {
    const slots = 2 ** Math.ceil(Math.log2(size));
    this.#slots = new Array(slots);
    this.#mask = slots - 1;
  }

  push(item: T): void {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting({ done: false, value: item });
    } else this.#slots[(this.#head + this.#length++) & this.#mask] = item;
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => {
        if (this.#length === 0) return new Promise((resolve) => this.#waiting = resolve);
        const value = this.#slots[this.#head]!;
        this.#slots[this.#head] = undefined;
        this.#head = (this.#head + 1) & this.#mask;
        this.#length--;
        return Promise.resolve({ done: false, value });
      },
    };
  }
}
