/** Which messages of a partition are done: all below `low`, and some above. */
export class Progress {
  /** Offsets that were taken and are not known to be done, in order, from `#head` on. */
  #open: number[] = [];
  #head = 0;
  readonly #done: Set<number> = new Set();
  #next: number;

  /** @param next offset of the first message. */
  constructor(next: number) {
    this.#next = next;
  }

  /** Offset of the oldest message that is not done. */
  get low(): number {
    return this.#open[this.#head] ?? this.#next;
  }

  /** A message is worked on; what lies between it and the one before needs no work. */
  take(offset: number): void {
    this.#open.push(offset);
    this.#next = offset + 1;
  }

  /** Messages that need no work end here. */
  skip(offset: number): void {
    this.#next = Math.max(this.#next, offset + 1);
  }

  /** A message is done; whether `low` has moved. */
  settle(offset: number): boolean {
    if (this.#open[this.#head] !== offset) {
      this.#done.add(offset);
      return false;
    }
    this.#head++;
    while (this.#head < this.#open.length && this.#done.delete(this.#open[this.#head]!)) {
      this.#head++;
    }
    if (this.#head > 1024 && this.#head * 2 > this.#open.length) {
      this.#open = this.#open.slice(this.#head);
      this.#head = 0;
    }
    return true;
  }
}
