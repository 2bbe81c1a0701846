import { UserError } from "../../core/errors.ts";
import { RedisCache } from "./_redis_cache.ts";
import { createMemoryCache, type MemoryCacheOptions } from "./memory_cache.ts";
import { redactUrl } from "./redact_url.ts";
import type { Cache } from "./types.ts";

/** Options of {@linkcode openCache}. */
export interface CacheOptions {
  /** `redis://` or `rediss://` (TLS). Default: the memory of this process. */
  readonly url?: string | undefined;
  /** Stands before each key and channel in Redis. Default `dspy:`. */
  readonly prefix?: string;
  /** Milliseconds for a connection or an answer of Redis. Default 1,000. */
  readonly timeoutMs?: number;
  /** Milliseconds until Redis is tried again; doubles with each failure, up to 30,000. Default 1,000. */
  readonly retryMs?: number;
  /** UTF-16 units of one value as JSON at most; a larger one is not kept. Default 16 Mi. */
  readonly maxValueSize?: number;
  /** The memory: alone, or while Redis is away. */
  readonly memory?: MemoryCacheOptions;
}

/**
 * Opens a cache: in Redis where a URL is given, else in memory. Connects at the first use. An outage
 * costs one timeout, with no error; then the memory of this process stands in, and Redis is tried again
 * in the background. What was changed meanwhile is deleted there before it is used again.
 *
 * @throws {UserError} `usage` when the URL is none of Redis.
 *
 * @example
 * ```ts
 * import { openCache } from "@dspy/code/streaming/cache";
 * import assert from "node:assert/strict";
 *
 * // Nobody listens there: the answers are right all the same.
 * await using cache = openCache({ url: "redis://:s3cret@127.0.0.1:1", timeoutMs: 200 });
 * assert.equal(await cache.set("greeting", "hello", { ttlMs: 60_000 }), true);
 * assert.equal(await cache.get("greeting"), "hello");
 * const { available, url } = cache.health();
 * assert.deepEqual([available, url], [false, "redis://:[redacted]@127.0.0.1:1"]);
 * ```
 */
export function openCache(options: CacheOptions = {}): Cache {
  const { url, prefix = "dspy:", timeoutMs = 1000, retryMs = 1000 } = options;
  const maxValueSize = options.maxValueSize ?? 16 * 1024 ** 2;
  const memory = { maxValueSize, ...options.memory };
  if (url === undefined || url === "") return createMemoryCache(memory);
  if (!isRedisUrl(url)) {
    throw new UserError("usage", `"${redactUrl(url)}" is no URL of Redis`, {
      hint: "expected redis://[user:password@]host[:port][/number], or rediss:// for TLS",
    });
  }
  for (const [name, value] of Object.entries({ timeoutMs, retryMs })) {
    if (value > 0 && value < 2 ** 31) continue;
    throw new UserError("usage", `${name} is ${value}; expected milliseconds, more than 0`);
  }
  return new RedisCache({ url, prefix, timeoutMs, retryMs, maxValueSize, standIn: memory });
}

/** The path is the number of a database; a `%` in user or password that stands for nothing is none. */
function isRedisUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, pathname, username, password } = new URL(url);
  return /^rediss?:$/.test(protocol) && hostname !== "" && /^(\/\d*)?$/.test(pathname) &&
    !/%(?![0-9a-f]{2})/i.test(username + password);
}
