import { UserError } from "../../core/errors.ts";
import { Channels } from "./_channels.ts";
import { checkKey, checkStep, checkTtl, notACounter, toJson } from "./_check.ts";
import type {
  Cache,
  CacheHandler,
  CacheHealth,
  CacheIncrOptions,
  CacheSetOptions,
} from "./types.ts";

/** Options of {@linkcode createMemoryCache}. */
export interface MemoryCacheOptions {
  /** Values at most; the one not used for longest makes room. Default 10,000. */
  readonly maxEntries?: number;
  /** UTF-16 units of all keys and values as JSON at most. Default 64 Mi. */
  readonly maxSize?: number;
  /** UTF-16 units of one value as JSON at most; a larger one is not kept. Default 16 Mi. */
  readonly maxValueSize?: number;
  /** Milliseconds of a clock. Default `performance.now`, which does not jump. */
  readonly now?: () => number;
}

const MI = 1024 ** 2;

interface Entry {
  readonly json: string;
  /** When it ends, by the clock. */
  readonly until: number;
}

/**
 * A cache within this process: bounded by number and size, least recently used goes first.
 *
 * @throws {UserError} `usage` when a bound is no whole number above 0.
 *
 * @example
 * ```ts
 * import { createMemoryCache } from "@dspy/code/streaming/cache";
 * import assert from "node:assert/strict";
 *
 * await using cache = createMemoryCache({ maxEntries: 2 });
 * await cache.set("a", { x: 1 });
 * await cache.set("b", 2, { ttlMs: 60_000 });
 * await cache.get("a");
 * await cache.set("c", 3);
 * assert.equal(await cache.get("b"), undefined, "b was not used for longest");
 * assert.deepEqual(await cache.get("a"), { x: 1 });
 * assert.equal(await cache.incr("c"), 4);
 * ```
 */
export function createMemoryCache(options: MemoryCacheOptions = {}): Cache {
  return new MemoryCache(options);
}

class MemoryCache implements Cache {
  readonly #maxEntries: number;
  readonly #maxSize: number;
  readonly #maxValueSize: number;
  readonly #now: () => number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  readonly #channels = new Channels();
  readonly #counts = { hits: 0, misses: 0, bypassed: 0, refused: 0 };
  #size = 0;
  #closed = false;

  constructor(options: MemoryCacheOptions) {
    const { maxEntries = 10_000, maxSize = 64 * MI, maxValueSize = 16 * MI } = options;
    for (const [name, value] of Object.entries({ maxEntries, maxSize, maxValueSize })) {
      if (Number.isSafeInteger(value) && value > 0) continue;
      throw new UserError("usage", `${name} is ${value}; expected a whole number above 0`);
    }
    this.#maxEntries = maxEntries;
    this.#maxSize = maxSize;
    this.#maxValueSize = Math.min(maxValueSize, maxSize);
    this.#now = options.now ?? (() => performance.now());
  }

  get<T>(key: string): Promise<T | undefined> {
    return run(() => {
      const entry = this.#find(checkKey(key));
      if (entry === undefined) {
        this.#counts.misses++;
        return undefined;
      }
      this.#counts.hits++;
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      return JSON.parse(entry.json) as T;
    });
  }

  set(key: string, value: unknown, { ttlMs }: CacheSetOptions = {}): Promise<boolean> {
    return run(() => this.#put(checkKey(key), { json: toJson(value), until: this.#end(ttlMs) }));
  }

  del(key: string): Promise<boolean> {
    return run(() => {
      const wasThere = this.#find(checkKey(key)) !== undefined;
      this.#remove(key);
      return wasThere;
    });
  }

  incr(key: string, { by = 1, ttlMs }: CacheIncrOptions = {}): Promise<number> {
    return run(() => {
      const entry = this.#find(checkKey(key));
      const until = this.#end(ttlMs);
      // JSON of what is no number is none to `Number` either.
      const old = Number(entry?.json ?? 0);
      const sum = old + checkStep(by);
      if (!Number.isSafeInteger(old) || !Number.isSafeInteger(sum)) throw notACounter(key);
      this.#put(key, { json: String(sum), until: entry?.until ?? until });
      return sum;
    });
  }

  publish(channel: string, message: unknown): Promise<void> {
    return run(() => this.#channels.deliver(checkKey(channel), toJson(message)));
  }

  subscribe<T>(channel: string, handler: CacheHandler<T>): Promise<() => Promise<void>> {
    return run(() => {
      const end = this.#channels.add(checkKey(channel), handler);
      if (this.#closed) end();
      return () => run(end);
    });
  }

  health(): CacheHealth {
    const handler_errors = this.#channels.errors;
    return { backend: "memory", available: true, ...this.#counts, handler_errors };
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#entries.clear();
    this.#channels.clear();
    this.#size = 0;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #end(ttlMs: number | undefined): number {
    return ttlMs === undefined ? Infinity : this.#now() + checkTtl(ttlMs);
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.until > this.#now()) return entry;
    this.#remove(key);
    return undefined;
  }

  #put(key: string, entry: Entry): boolean {
    this.#remove(key);
    if (this.#closed) return false;
    if (entry.json.length > this.#maxValueSize) {
      this.#counts.refused++;
      return false;
    }
    this.#entries.set(key, entry);
    this.#size += key.length + entry.json.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#size <= this.#maxSize) break;
      this.#remove(oldest);
    }
    return true;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#size -= key.length + entry.json.length;
    this.#entries.delete(key);
  }
}

/** What a function gives or throws, as a promise. */
function run<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
