import { UserError } from "../../core/errors.ts";
import { Ring } from "./_ring.ts";
import type { BusHealth } from "./types.ts";

/** What is written together. */
export interface Batch<T> {
  /**
   * Makes an item ready to be written, while what came before it may be on its way.
   *
   * @returns whether there is room for another one.
   * @throws what is the matter with an item that can never be kept.
   */
  add(item: T): boolean;
  /** Writes what was added. When it rejects it is asked again for the rest. */
  write(): Promise<void>;
  /** What was added and could not be written. */
  unwritten(): readonly T[];
  /** Whether an item is written, though others could not be. */
  isWritten(item: T): boolean;
}

/** Someone who waits until an item is kept. */
interface Wait<T> {
  readonly item: T;
  resolve(): void;
  reject(error: unknown): void;
}

/** A batch that is filled or written. */
interface Lot<T> {
  readonly batch: Batch<T>;
  length: number;
  isFull: boolean;
  readonly waits: Wait<T>[];
  /** What can never be kept. */
  readonly unkept: {
    readonly item: T;
    readonly error: unknown;
    readonly wait?: Wait<T> | undefined;
  }[];
}

/** Options of an {@linkcode Outbox}. */
export interface OutboxOptions {
  /** Items that are written at once. Default 256. */
  readonly batch?: number;
  /** Milliseconds after which fewer are written: what a crash can lose. Default 5. */
  readonly delayMs?: number;
  /**
   * Items that are written together at most, when more have come meanwhile. Default 1,024; of lines
   * of files as many as make 7 MB.
   */
  readonly most?: number;
  /** Items that may wait. Default 100,000. */
  readonly limit?: number;
  /** Milliseconds before each next try. Default 20, 100, 500 and 1,000. */
  readonly retriesMs?: readonly number[];
}

/** Items on their way into a file or store, in batches and in order. */
export class Outbox<T> {
  readonly #pending: Ring<T> = new Ring();
  /** Those whose items are pending. */
  readonly #waits: Map<T, Wait<T>> = new Map();
  readonly #open: () => Batch<T>;
  readonly #giveUp: (item: T, error: unknown) => void;
  readonly #options: Required<OutboxOptions>;
  /** The next to be written. */
  #next: Lot<T> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  /** Whether a microtask takes care of what is pending. */
  #isDue = false;
  /** Those of this turn for which there was no room. */
  readonly #refused: Set<T> = new Set();
  /** Why the last batch could not be kept. */
  #trouble: string | undefined;

  /**
   * @param open begins a batch.
   * @param giveUp told of what is not kept.
   */
  constructor(
    open: () => Batch<T>,
    giveUp: (item: T, error: unknown) => void,
    options: OutboxOptions = {},
  ) {
    const { batch = 256, delayMs = 5, most = 1024, limit = 100_000 } = options;
    this.#open = open;
    this.#giveUp = giveUp;
    const { retriesMs = [20, 100, 500, 1000] } = options;
    this.#options = { batch, delayMs, most, limit, retriesMs };
  }

  /** Takes an item in; never waits. */
  push(item: T): void {
    const { limit } = this.#options;
    if (this.#pending.length + (this.#next?.length ?? 0) >= limit) {
      if (this.#refused.size === 0) queueMicrotask(() => this.#refused.clear());
      this.#refused.add(item);
      return this.#giveUp(item, tooMany(limit));
    }
    this.#pending.push(item);
    if (!this.#isDue) this.#schedule();
  }

  /** Waits until an item is kept; rejects when it is not. To be called right after `push`. */
  kept(item: T): Promise<void> {
    if (this.#refused.has(item)) return Promise.reject(tooMany(this.#options.limit));
    return new Promise((resolve, reject) => this.#waits.set(item, { item, resolve, reject }));
  }

  /** Waits until all that was pushed is kept or given up. */
  async flush(): Promise<void> {
    await this.#run();
    // What came at the very end of a run that was under way.
    if (!this.#isEmpty) await this.#run();
  }

  /** Whether what is pushed now is likely to be kept. */
  health(): BusHealth {
    return this.#trouble === undefined
      ? { available: true }
      : { available: false, reason: this.#trouble };
  }

  get #isEmpty(): boolean {
    return this.#pending.length === 0 && this.#next === undefined;
  }

  #schedule(): void {
    const { batch, delayMs } = this.#options;
    if (this.#pending.length >= batch && !this.#next?.isFull) {
      this.#isDue = true;
      queueMicrotask(this.#due);
    } else if (this.#running === undefined) this.#timer ??= setTimeout(this.#run, delayMs);
  }

  #due = (): void => {
    this.#isDue = false;
    if (this.#running === undefined) void this.#run();
    else this.#fill();
  };

  #run = (): Promise<void> => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#running ??= this.#writeAll().finally(() => {
      this.#running = undefined;
      if (!this.#isEmpty) this.#schedule();
    });
  };

  async #writeAll(): Promise<void> {
    // What makes an item ready may ask for this run, which has to be known then.
    await undefined;
    while (!this.#isEmpty) {
      const lot = this.#fill();
      this.#next = undefined;
      const writing = this.#write(lot);
      if (this.#pending.length > 0) this.#fill();
      await writing;
    }
  }

  /** Makes ready what is pending, as far as it has room in the next batch. */
  #fill(): Lot<T> {
    const lot: Lot<T> = this.#next ??= {
      batch: this.#open(),
      length: 0,
      isFull: false,
      waits: [],
      unkept: [],
    };
    const { batch, waits, unkept } = lot;
    const room = Math.min(this.#pending.length, this.#options.most - lot.length);
    let n = 0;
    let hasRoom = !lot.isFull;
    for (; hasRoom && n < room; n++) {
      const item = this.#pending.shift()!;
      const wait = this.#waits.size === 0 ? undefined : this.#waits.get(item);
      if (wait !== undefined) this.#waits.delete(item);
      try {
        hasRoom = batch.add(item);
        if (wait !== undefined) waits.push(wait);
      } catch (error) {
        unkept.push({ item, error, wait });
      }
    }
    lot.length += n;
    lot.isFull = !hasRoom || lot.length >= this.#options.most;
    return lot;
  }

  async #write(lot: Lot<T>): Promise<void> {
    // While nothing can be kept, each batch is tried once: else all would wait for the first.
    const retries = this.#trouble === undefined ? this.#options.retriesMs : [];
    for (let i = 0;; i++) {
      try {
        await lot.batch.write();
        break;
      } catch (error) {
        if (i === retries.length) {
          this.#trouble = error instanceof Error ? error.message : String(error);
          return this.#settle(lot, { error });
        }
        await new Promise((resolve) => setTimeout(resolve, retries[i]));
      }
    }
    if (lot.length > lot.unkept.length) this.#trouble = undefined;
    this.#settle(lot);
  }

  #settle({ batch, waits, unkept }: Lot<T>, failure?: { readonly error: unknown }): void {
    for (const wait of waits) {
      if (failure === undefined || batch.isWritten(wait.item)) wait.resolve();
      else wait.reject(failure.error);
    }
    const given: Lot<T>["unkept"] = [...unkept];
    if (failure !== undefined) {
      for (const item of batch.unwritten()) given.push({ item, ...failure });
    }
    for (const { item, error, wait } of given) {
      wait?.reject(error);
      try {
        this.#giveUp(item, error);
      } catch {
        // What is told of the loss cannot make more of it.
      }
    }
  }
}

function tooMany(limit: number): UserError {
  return new UserError("failed", `${limit} messages wait to be kept`, {
    hint: "await send(), or publish more slowly",
  });
}
