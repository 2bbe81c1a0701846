/** Options of {@linkcode Cache.set}. */
export interface CacheSetOptions {
  /** Milliseconds that the value lives, more than 0. Default: until it has to make room. */
  readonly ttlMs?: number;
}

/** Options of {@linkcode Cache.incr}. */
export interface CacheIncrOptions {
  /** A whole number to add. Default 1. */
  readonly by?: number;
  /** Milliseconds that a counter lives which begins with this call. Default: no end. */
  readonly ttlMs?: number;
}

/** How a cache is; JSON names as the status server gives them. */
export interface CacheHealth {
  /** What holds the values. */
  readonly backend: "memory" | "redis";
  /** False while Redis is bypassed; the memory of this process stands in. */
  readonly available: boolean;
  /** Why it is bypassed. */
  readonly reason?: string;
  /** Seconds until Redis is tried again. */
  readonly retry_in_sec?: number;
  /** Where Redis is, without its password. */
  readonly url?: string;
  /** Reads that found a value. */
  readonly hits: number;
  /** Reads that found none. */
  readonly misses: number;
  /** Calls that Redis was not asked for, or did not answer. */
  readonly bypassed: number;
  /** Values that were not kept because they are too large. */
  readonly refused: number;
  /** Handlers of messages that threw. */
  readonly handler_errors: number;
}

/** Receives the messages of a channel. */
export type CacheHandler<T = unknown> = (message: T) => void;

/**
 * Values that can be had again at a price: it may forget, but never gives back what was overwritten or
 * deleted by this process. Values and messages are JSON. Keys are any text but the empty one.
 *
 * No call fails because of an outage: while Redis is away the memory of this process stands in.
 */
export interface Cache extends AsyncDisposable {
  /** The value of a key; undefined when there is none, or none any more. */
  get<T = unknown>(key: string): Promise<T | undefined>;
  /**
   * Sets the value of a key.
   *
   * @returns false when the value is too large to be kept; the old one is gone then.
   * @throws {TypeError} when JSON cannot hold the value, or the time is no number above 0.
   */
  set(key: string, value: unknown, options?: CacheSetOptions): Promise<boolean>;
  /** Removes a value; returns whether there was one. */
  del(key: string): Promise<boolean>;
  /**
   * Adds to a counter, which begins at 0; in one step, whoever else adds.
   *
   * @returns the new value.
   * @throws {UserError} `failed` when the key holds no whole number, or the sum is past 2^53.
   */
  incr(key: string, options?: CacheIncrOptions): Promise<number>;
  /** Hands a message to all who listen to a channel now, in other processes too if Redis carries it. */
  publish(channel: string, message: unknown): Promise<void>;
  /**
   * Listens to a channel, without wildcards. Messages during an outage are lost.
   *
   * @returns ends it.
   */
  subscribe<T = unknown>(channel: string, handler: CacheHandler<T>): Promise<() => Promise<void>>;
  /** How it is; asks nobody. */
  health(): CacheHealth;
  /** Ends subscriptions and connections. Later calls find nothing and keep nothing. */
  close(): Promise<void>;
}
