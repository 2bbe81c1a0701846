import { UserError } from "../../core/errors.ts";
import { Ring } from "./_ring.ts";
import type { BusHealth } from "./types.ts";

/** An item that can never be kept, and why. */
export interface Unkept<T> {
  /** As pushed. */
  readonly item: T;
  /** What is the matter with it. */
  readonly error: unknown;
}

/** Options of an {@linkcode Outbox}. */
export interface OutboxOptions {
  /** Items that are written at once. Default 256. */
  readonly batch?: number;
  /** Milliseconds after which fewer are written: what a crash can lose. Default 5. */
  readonly delayMs?: number;
  /** Items that are written together at most, when more have come meanwhile. Default 1,024. */
  readonly most?: number;
  /** Items that may wait. Default 100,000. */
  readonly limit?: number;
  /** Milliseconds before each next try. Default 20, 100, 500 and 1,000. */
  readonly retriesMs?: readonly number[];
}

/** Items on their way into a file or store, in batches and in order. */
export class Outbox<T> {
  readonly #pending: Ring<T> = new Ring();
  readonly #waits: Map<T, { resolve(): void; reject(error: unknown): void }> = new Map();
  readonly #write: (batch: readonly T[]) => Promise<readonly Unkept<T>[]>;
  readonly #giveUp: (item: T, error: unknown) => void;
  readonly #options: Required<OutboxOptions>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #isDue = false;
  /** The last for which there was no room. */
  #refused: T | undefined;
  /** Why the last batch could not be kept. */
  #trouble: string | undefined;

  /**
   * @param write keeps a batch; gives those back that can never be kept, rejects to be asked again.
   * @param giveUp told of what is not kept.
   */
  constructor(
    write: (batch: readonly T[]) => Promise<readonly Unkept<T>[]>,
    giveUp: (item: T, error: unknown) => void,
    options: OutboxOptions = {},
  ) {
    const { batch = 256, delayMs = 5, most = 1024, limit = 100_000 } = options;
    this.#write = write;
    this.#giveUp = giveUp;
    const { retriesMs = [20, 100, 500, 1000] } = options;
    this.#options = { batch, delayMs, most, limit, retriesMs };
  }

  /** Takes an item in; never waits. */
  push(item: T): void {
    const { limit } = this.#options;
    if (this.#pending.length >= limit) {
      this.#refused = item;
      return this.#giveUp(item, tooMany(limit));
    }
    this.#pending.push(item);
    if (this.#running === undefined && !this.#isDue) this.#schedule();
  }

  /** Waits until an item is kept; rejects when it is not. To be called right after `push`. */
  kept(item: T): Promise<void> {
    if (item === this.#refused) return Promise.reject(tooMany(this.#options.limit));
    return new Promise((resolve, reject) => this.#waits.set(item, { resolve, reject }));
  }

  /** Waits until all that was pushed is kept or given up. */
  async flush(): Promise<void> {
    await this.#run();
    // What came at the very end of a run that was under way.
    if (this.#pending.length > 0) await this.#run();
  }

  /** Whether what is pushed now is likely to be kept. */
  health(): BusHealth {
    return this.#trouble === undefined
      ? { available: true }
      : { available: false, reason: this.#trouble };
  }

  #schedule(): void {
    const { batch, delayMs } = this.#options;
    if (this.#pending.length >= batch) {
      this.#isDue = true;
      queueMicrotask(() => void this.#run());
    } else this.#timer ??= setTimeout(() => void this.#run(), delayMs);
  }

  #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#running ??= this.#writeAll().finally(() => {
      this.#running = undefined;
      this.#isDue = false;
      if (this.#pending.length > 0) this.#schedule();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch: T[] = [];
      while (batch.length < this.#options.most) {
        const item = this.#pending.shift();
        if (item === undefined) break;
        batch.push(item);
      }
      await this.#writeBatch(batch);
    }
  }

  async #writeBatch(batch: readonly T[]): Promise<void> {
    // While nothing can be kept, each batch is tried once: else all would wait for the first.
    const retries = this.#trouble === undefined ? this.#options.retriesMs : [];
    for (let i = 0;; i++) {
      try {
        const unkept = await this.#write(batch);
        this.#trouble = undefined;
        return this.#settle(batch, new Map(unkept.map(({ item, error }) => [item, error])));
      } catch (error) {
        if (i === retries.length) {
          this.#trouble = error instanceof Error ? error.message : String(error);
          return this.#settle(batch, new Map(batch.map((item) => [item, error])));
        }
        await new Promise((resolve) => setTimeout(resolve, retries[i]));
      }
    }
  }

  #settle(batch: readonly T[], unkept: ReadonlyMap<T, unknown>): void {
    if (this.#waits.size === 0 && unkept.size === 0) return;
    for (const item of batch) {
      const wait = this.#waits.get(item);
      this.#waits.delete(item);
      if (!unkept.has(item)) wait?.resolve();
      else {
        const error = unkept.get(item);
        this.#giveUp(item, error);
        wait?.reject(error);
      }
    }
  }
}

function tooMany(limit: number): UserError {
  return new UserError("failed", `${limit} messages wait to be kept`, {
    hint: "await send(), or publish more slowly",
  });
}
