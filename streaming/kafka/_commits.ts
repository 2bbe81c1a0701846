import type { Consumer } from "@platformatic/kafka";
import type { Store } from "../../core/store/types.ts";
import { backOff } from "./_client.ts";
import type { Link } from "./_link.ts";
import { raiseMark } from "./_marks.ts";
import type { Position } from "./_position.ts";

/** Milliseconds in which commits are gathered. */
const COMMIT_MS = 100;

/** Whom the commits go to. */
export interface CommitsOptions {
  readonly link: Link;
  readonly group: string;
  /** Hears of a position before the broker does. */
  readonly store: Store | undefined;
  consumer(): Consumer;
  /** The store took no mark, or takes them again. */
  storeFailed(error: unknown): void;
}

/** How far each partition of a member is done, and how far the broker knows. */
export class Commits {
  readonly #o: CommitsOptions;
  readonly #known: Map<Position, { done: number; told: number }> = new Map();
  #committing: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: CommitsOptions) {
    this.#o = options;
  }

  /** These partitions are the member's now. */
  assign(positions: readonly Position[]): void {
    const live = new Set(positions);
    for (const position of this.#known.keys()) {
      if (!live.has(position)) this.#known.delete(position);
    }
    for (const position of positions) {
      if (this.#known.has(position)) continue;
      // The broker hears at once where a partition begins, so that no other begins elsewhere.
      this.#known.set(position, { done: position.next, told: -1 });
    }
    if (this.#news().length > 0) this.#soon(0);
  }

  /** All messages of a partition before this offset are done. */
  settle(position: Position, next: number): void {
    const known = position.revoked ? undefined : this.#known.get(position);
    if (known === undefined || next <= known.done) return;
    known.done = next;
    this.#soon(COMMIT_MS);
  }

  /** Tells what is done, now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#committing;
    await this.#commit();
  }

  /** Tells nothing more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #soon(ms: number): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => void this.#commit(), ms);
  }

  #commit(): Promise<void> {
    this.#timer = undefined;
    return this.#committing ??= this.#commitNow().finally(() => {
      this.#committing = undefined;
      if (this.#news().length > 0) this.#soon(backOff(this.#failures, COMMIT_MS));
    });
  }

  /** What is done and not told. */
  #news() {
    return [...this.#known].filter(([{ revoked }, { done, told }]) => !revoked && done > told)
      .map(([position, known]) => ({ position, known, next: known.done }));
  }

  async #commitNow(): Promise<void> {
    const news = this.#news();
    if (news.length === 0 || !await this.#raise(news)) return;
    try {
      await this.#o.consumer().commit({
        offsets: news.map(({ position: { topic, partition }, next }) => ({
          topic,
          partition,
          offset: BigInt(next),
          leaderEpoch: -1,
        })),
      });
      for (const { known, next } of news) known.told = Math.max(known.told, next);
      this.#failures = 0;
    } catch (error) {
      // In a rebalance others take over; what was not committed comes again and is recognised.
      if (this.#failures++ > 3) this.#o.link.failed(error);
    }
  }

  /** The store hears of it before the broker does. */
  async #raise(news: readonly { position: Position; next: number }[]): Promise<boolean> {
    const { store, group, storeFailed } = this.#o;
    if (store === undefined) return true;
    try {
      for (const { position, next } of news) await raiseMark(store, group, position, next);
      storeFailed(undefined);
      return true;
    } catch (error) {
      this.#failures++;
      storeFailed(error);
      return false;
    }
  }
}
