import { describeError, UserError } from "../../core/errors.ts";
import { createRedactor } from "../../core/safety/redact.ts";
import { Channels } from "./_channels.ts";
import { checkKey, checkStep, checkTtl, toJson } from "./_check.ts";
import { Outdated } from "./_outdated.ts";
import { openRedisLink, type RedisLink } from "./_redis_link.ts";
import { Watchdog } from "./_watchdog.ts";
import { noAnswer, within } from "./_within.ts";
import { createMemoryCache, type MemoryCacheOptions } from "./memory_cache.ts";
import { redactUrl } from "./redact_url.ts";
import type {
  Cache,
  CacheHandler,
  CacheHealth,
  CacheIncrOptions,
  CacheSetOptions,
} from "./types.ts";

/** What a {@linkcode RedisCache} needs. */
export interface RedisCacheOptions {
  readonly url: string;
  readonly prefix: string;
  /** Milliseconds for a connection or an answer. */
  readonly timeoutMs: number;
  /** Milliseconds until the first try after a failure; doubles up to the most. */
  readonly retryMs: number;
  readonly maxValueSize: number;
  /** What stands in while Redis is away. */
  readonly standIn: MemoryCacheOptions;
}

const MOST_RETRY_MS = 30_000;

/**
 * A cache in Redis with a breaker: what fails or does not answer in time costs that once; then the
 * memory of this process stands in, until a try in the background succeeds.
 */
export class RedisCache implements Cache {
  readonly #options: RedisCacheOptions;
  readonly #redact: (text: string) => string;
  readonly #channels = new Channels();
  readonly #counts = { hits: 0, misses: 0, bypassed: 0, refused: 0 };
  readonly #outdated = new Outdated();
  #standIn: Cache;
  #link: RedisLink | undefined;
  /** Ends the connection, by which all that waits for it rejects. */
  readonly #watchdog: Watchdog;
  #firstTry: Promise<void> | undefined;
  #connecting: Promise<void> | undefined;
  #failures = 0;
  #reason: string | undefined = "not used yet";
  #retryAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: RedisCacheOptions) {
    this.#options = options;
    this.#standIn = createMemoryCache(options.standIn);
    this.#watchdog = new Watchdog(options.timeoutMs, () => {
      if (this.#link) this.#trip(this.#link, noAnswer(options.timeoutMs));
    });
    const { password } = new URL(options.url);
    const redactor = createRedactor([password, decodeURIComponent(password)]);
    this.#redact = (text) => redactor.text(text.replaceAll(options.url, redactUrl(options.url)));
  }

  async get<T>(key: string): Promise<T | undefined> {
    checkKey(key);
    const value = await this.#ask(
      (link) => link.get(key).then(parsed<T>),
      (standIn) => standIn.get<T>(key),
    );
    this.#counts[value === undefined ? "misses" : "hits"]++;
    return value;
  }

  async set(key: string, value: unknown, { ttlMs }: CacheSetOptions = {}): Promise<boolean> {
    checkKey(key);
    const json = toJson(value);
    const ttl = ttlMs === undefined ? undefined : checkTtl(ttlMs);
    if (json.length > this.#options.maxValueSize) {
      this.#counts.refused++;
      await this.del(key);
      return false;
    }
    return await this.#ask(
      (link) => link.set(key, json, ttl).then(() => true),
      (standIn) => standIn.set(key, value, ttl === undefined ? {} : { ttlMs: ttl }),
      key,
    );
  }

  async del(key: string): Promise<boolean> {
    checkKey(key);
    return await this.#ask(
      async (link) => await link.del([key]) > 0,
      (standIn) => standIn.del(key),
      key,
    );
  }

  async incr(key: string, { by = 1, ttlMs }: CacheIncrOptions = {}): Promise<number> {
    checkKey(key);
    checkStep(by);
    const ttl = ttlMs === undefined ? undefined : checkTtl(ttlMs);
    return await this.#ask(
      (link) => link.incr(key, by, ttl),
      (standIn) => standIn.incr(key, ttl === undefined ? { by } : { by, ttlMs: ttl }),
      key,
    );
  }

  async publish(channel: string, message: unknown): Promise<void> {
    checkKey(channel);
    const json = toJson(message);
    await this.#ask(
      (link) => link.publish(channel, json),
      () => Promise.resolve(this.#channels.deliver(channel, json)),
    );
  }

  async subscribe<T>(channel: string, handler: CacheHandler<T>): Promise<() => Promise<void>> {
    const end = this.#channels.add(checkKey(channel), handler);
    if (this.#closed) end();
    await this.#listen();
    return async () => {
      end();
      await this.#listen();
    };
  }

  health(): CacheHealth {
    const left = Math.max(0, this.#retryAt - performance.now()) / 1000;
    return {
      backend: "redis",
      available: this.#link !== undefined,
      ...this.#reason === undefined ? {} : { reason: this.#reason },
      ...this.#timer === undefined ? {} : { retry_in_sec: left },
      url: redactUrl(this.#options.url),
      ...this.#counts,
      handler_errors: this.#channels.errors,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#reason = "closed";
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#channels.clear();
    await this.#standIn.close();
    await this.#connecting;
    const link = this.#link;
    this.#link = undefined;
    this.#watchdog.stop();
    await link?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Asks Redis, or who stands in for it.
   *
   * @param key what the call changes.
   */
  async #ask<T>(
    remote: (link: RedisLink) => Promise<T>,
    local: (standIn: Cache) => Promise<T>,
    key?: string,
  ): Promise<T> {
    const link = this.#link ?? await this.#firstLink();
    if (link !== undefined) {
      const call = this.#watchdog.begin();
      try {
        return await remote(link);
      } catch (error) {
        if (error instanceof UserError) throw error;
        this.#trip(link, error);
      } finally {
        this.#watchdog.end(call);
      }
    }
    this.#counts.bypassed++;
    if (key !== undefined && !this.#closed) this.#outdated.add(key);
    return await local(this.#standIn);
  }

  /** What the first try came to; later tries are made in the background. */
  async #firstLink(): Promise<RedisLink | undefined> {
    if (!this.#closed) await (this.#firstTry ??= this.#connecting = this.#connect());
    return this.#link;
  }

  async #listen(): Promise<void> {
    await this.#ask((link) => link.listen(this.#channels.names), () => Promise.resolve());
  }

  /** Never rejects. */
  async #connect(): Promise<void> {
    const { url, timeoutMs, prefix } = this.#options;
    let link: RedisLink | undefined;
    let ended: unknown;
    try {
      link = await openRedisLink({
        url,
        timeoutMs,
        prefix,
        onEnd: (error) => {
          ended = error;
          if (link !== undefined) this.#trip(link, error);
        },
        onMessage: (channel, json) => this.#channels.deliver(channel, json),
      });
      // Meanwhile others go on without Redis.
      await within(timeoutMs, link.listen(this.#channels.names));
      while (!this.#outdated.isEmpty) await this.#outdated.remove(link, timeoutMs);
      if (ended !== undefined) throw ended;
      if (this.#closed) return await link.close();
      this.#standIn = createMemoryCache(this.#options.standIn);
      this.#link = link;
      this.#failures = 0;
      this.#reason = undefined;
      // Who began to listen in the meantime.
      void this.#listen();
    } catch (error) {
      link?.destroy();
      this.#bypass(error);
    }
  }

  #trip(link: RedisLink, error: unknown): void {
    if (link !== this.#link) return;
    this.#link = undefined;
    this.#watchdog.stop();
    link.destroy();
    this.#bypass(error);
  }

  #bypass(error: unknown): void {
    if (this.#closed) return;
    this.#reason = this.#redact(describeError(error));
    const { retryMs } = this.#options;
    const delay = Math.min(retryMs * 2 ** this.#failures++, Math.max(retryMs, MOST_RETRY_MS));
    this.#retryAt = performance.now() + delay;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#connecting = this.#connect();
    }, delay);
  }
}

/** What another program wrote under our prefix may be no JSON. */
function parsed<T>(json: string | null): T | undefined {
  if (json === null) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
