/**
 * A cache that several processes can share: values with a time to live, counters, and messages; in
 * memory, or in Redis with the memory standing in while it is away.
 *
 * @example
 * ```ts
 * import { openCache } from "@dspy/code/streaming/cache";
 * import assert from "node:assert/strict";
 *
 * await using cache = openCache(); // { url: "redis://localhost" } shares it
 * const heard: unknown[] = [];
 * await cache.subscribe("news", (message) => heard.push(message));
 * await cache.publish("news", { id: 1 });
 * assert.deepEqual(heard, [{ id: 1 }]);
 * assert.equal(await cache.incr("visits", { ttlMs: 60_000 }), 1);
 * ```
 *
 * @module
 */
export { createMemoryCache, type MemoryCacheOptions } from "./memory_cache.ts";
export { type CacheOptions, openCache } from "./open_cache.ts";
export { redactUrl } from "./redact_url.ts";
export type {
  Cache,
  CacheHandler,
  CacheHealth,
  CacheIncrOptions,
  CacheSetOptions,
} from "./types.ts";
