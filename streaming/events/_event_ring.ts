import type { RingItem } from "./types.ts";

/** The newest records of a topic, counted from 1. */
export class EventRing {
  readonly #items: RingItem[] = [];
  readonly #size: number;
  #seq = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Position of the newest. */
  get lastSeq(): number {
    return this.#seq;
  }

  push(value: unknown): RingItem {
    const item = { seq: ++this.#seq, value };
    this.#items[(item.seq - 1) % this.#size] = item;
    return item;
  }

  /** Those after a position that are still there, oldest first. */
  after(since: number, max: number): RingItem[] {
    const first = Math.max(since, this.#seq - this.#size, 0);
    const count = Math.max(0, Math.min(this.#seq - first, max));
    return Array.from({ length: count }, (_, i) => this.#items[(first + i) % this.#size]!);
  }

  /** The newest ones, oldest first. */
  tail(limit: number): RingItem[] {
    return this.after(this.#seq - Math.max(0, limit), Infinity);
  }
}
