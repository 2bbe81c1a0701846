import assert from "node:assert/strict";
import { testCacheContract, until } from "./_test_contract.ts";
import { hasRedis, startRedis, type TestRedis } from "./_test_redis.ts";
import { type CacheOptions, openCache } from "./open_cache.ts";

const shared = hasRedis ? await startRedis() : undefined;
Deno.test.afterAll(async () => await shared?.[Symbol.asyncDispose]());
let prefixes = 0;

testCacheContract("openCache() in Redis", async () => {
  const cache = openCache({
    url: shared!.url,
    prefix: `t${prefixes++}:`,
    timeoutMs: 10_000,
    maxValueSize: 32 * 1024 ** 2,
  });
  await cache.get("opens it");
  assert.equal(cache.health().available, true);
  return Object.assign(cache, { health: withoutFirstMiss(cache) });
}, { ignore: !hasRedis });

function withoutFirstMiss(cache: ReturnType<typeof openCache>): typeof cache.health {
  const health = cache.health.bind(cache);
  return () => ({ ...health(), misses: health().misses - 1 });
}

function test(
  says: string,
  body: (
    redis: TestRedis,
    open: (options?: CacheOptions) => ReturnType<typeof openCache>,
  ) => Promise<void>,
  ...args: readonly string[]
): void {
  Deno.test({
    name: `openCache() in Redis: ${says}`,
    ignore: !hasRedis,
    async fn() {
      await using redis = await startRedis(...args);
      await body(
        redis,
        (options) => openCache({ url: redis.url, timeoutMs: 10_000, retryMs: 20, ...options }),
      );
    },
  });
}

test("two processes share values, counters and messages", async (_redis, open) => {
  await using one = open();
  await using two = open();
  await one.set("a", [1]);
  assert.deepEqual(await two.get("a"), [1]);
  await Promise.all([one.incr("n"), two.incr("n"), one.incr("n")]);
  assert.equal(await two.get("n"), 3);
  const heard: unknown[] = [];
  await two.subscribe("c", (message) => heard.push(message));
  await one.publish("c", "hello");
  await until(() => heard.length === 1);
  await one.del("a");
  assert.equal(await two.get("a"), undefined);
});

test("another prefix is another cache", async (_redis, open) => {
  await using one = open();
  await using two = open({ prefix: "other:" });
  await one.set("a", 1);
  assert.equal(await two.get("a"), undefined);
});

test(
  "kill -9 in the middle of use: no error, the memory stands in, the restart is found",
  async (redis, open) => {
    await using cache = open();
    await cache.set("a", "in redis");
    let working = true;
    let calls = 0;
    const work = Promise.all(Array.from({ length: 8 }, async (_, worker) => {
      for (let i = 0; working; i++) {
        await cache.set(`k${worker}`, i);
        assert.ok(
          [i, undefined].includes(await cache.get<number>(`k${worker}`)),
          "never an old value",
        );
        calls++;
        // Where memory stands in, only this lets others run.
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }));
    await until(() => calls > 100);
    await redis.kill();
    await until(() => !cache.health().available);
    const before = calls;
    await until(() => calls > before + 100);
    assert.equal(await cache.get("a"), undefined);
    assert.match(cache.health().reason ?? "", /./);
    await redis.start();
    await until(() => cache.health().available);
    working = false;
    await work;
    assert.equal(cache.health().reason, undefined);
    assert.ok(cache.health().bypassed > 100);
  },
);

test("one that hangs costs one timeout, all at once, and nothing after", async (redis, open) => {
  await using cache = open({ timeoutMs: 1000, retryMs: 60_000 });
  await cache.set("a", 1);
  redis.pause();
  const started = performance.now();
  const values = await Promise.all(Array.from({ length: 50 }, () => cache.get("a")));
  const first = performance.now() - started;
  // One after another they would take 50 s.
  assert.ok(first >= 1000 && first < 10_000, `${first} ms`);
  assert.deepEqual(new Set(values), new Set([undefined]));
  const again = performance.now();
  for (let i = 0; i < 100; i++) await cache.set("a", i);
  assert.equal(await cache.get("a"), 99);
  assert.ok(performance.now() - again < 1000);
  const { available, reason, retry_in_sec = 0 } = cache.health();
  assert.deepEqual([available, reason], [false, "Error: no answer within 1000 ms"]);
  assert.ok(retry_in_sec > 50);
  redis.resume();
});

test("what was changed during an outage does not come back with Redis", async (redis, open) => {
  await using cache = open({ timeoutMs: 1000 });
  for (const key of ["deleted", "set", "counted", "untouched"]) await cache.set(key, 1);
  redis.pause();
  await cache.del("deleted");
  await cache.set("set", 2);
  await cache.incr("counted");
  assert.equal(cache.health().available, false);
  redis.resume();
  await until(() => cache.health().available);
  const values = ["deleted", "set", "counted", "untouched"].map((key) => cache.get(key));
  assert.deepEqual(await Promise.all(values), [undefined, undefined, undefined, 1]);
});

test("what one outage left in memory does not come back in the next", async (redis, open) => {
  await using cache = open();
  await cache.get("a");
  await redis.kill();
  await until(() => !cache.health().available);
  await cache.set("a", "of the first outage");
  await redis.start();
  await until(() => cache.health().available);
  await cache.set("a", "newer");
  await redis.kill();
  await until(() => !cache.health().available);
  assert.equal(await cache.get("a"), undefined);
});

test(
  "after very many changes during an outage all that is ours goes, and nothing else",
  async (redis, open) => {
    await using cache = open({ prefix: "a*[b]?:" });
    await using other = open({ timeoutMs: 10_000 });
    await cache.set("old", 1);
    await other.set("old", 1);
    redis.pause();
    for (let i = 0; i < 10_050; i++) await cache.set(`k${i}`, i);
    redis.resume();
    await until(() => cache.health().available);
    assert.equal(await cache.get("old"), undefined);
    assert.equal(await other.get("old"), 1);
  },
);

test(
  "those who listen hear again after a restart, and each other during the outage",
  async (redis, open) => {
    await using cache = open();
    await using sender = open();
    const heard: unknown[] = [];
    await cache.subscribe("c", (message) => heard.push(message));
    await sender.publish("c", 1);
    await until(() => heard.length === 1);
    await redis.kill();
    await until(() => !cache.health().available);
    await cache.publish("c", "from here");
    await cache.subscribe("late", (message) => heard.push(message));
    assert.deepEqual(heard, [1, "from here"]);
    await redis.start();
    await until(() => cache.health().available && sender.health().available);
    await sender.publish("c", 2);
    await sender.publish("late", 3);
    await until(() => heard.length === 4);
    assert.deepEqual(heard, [1, "from here", 2, 3]);
  },
);

test(
  "a right password works, a wrong one is an outage that says why and hides it",
  async (redis, open) => {
    await using right = open();
    await right.set("a", 1);
    assert.equal(right.health().available, true);
    await using wrong = open({ url: redis.url.replace("correct-horse", "battery-staple") });
    assert.equal(await wrong.set("a", 2), true);
    assert.equal(await wrong.get("a"), 2);
    const said = JSON.stringify([right.health(), wrong.health()]);
    assert.match(said, /WRONGPASS/);
    assert.doesNotMatch(said, /correct-horse|battery-staple/);
    assert.equal(await right.get("a"), 1);
  },
  "--requirepass",
  "correct-horse",
);

test(
  "what is full refuses writes without an error, and nothing outdated stays",
  async (_redis, open) => {
    await using cache = open({ maxValueSize: 32 * 1024 ** 2 });
    await cache.set("a", "x");
    assert.equal(await cache.set("a", "y".repeat(20_000_000)), true);
    assert.match(cache.health().reason ?? "", /OOM/);
    await until(() => cache.health().available);
    assert.equal(await cache.get("a"), undefined);
  },
  "--maxmemory",
  "10mb",
);

test("values of others under our prefix are no values, and no outage", async (redis, open) => {
  await using cache = open();
  using raw = await Deno.connect({ hostname: "127.0.0.1", port: redis.port });
  await raw.write(new TextEncoder().encode("SET dspy:a {no\r\nPUBLISH dspy:c {no\r\n"));
  await raw.read(new Uint8Array(10));
  assert.equal(await cache.get("a"), undefined);
  await cache.incr("list").catch(() => {});
  assert.equal(cache.health().available, true);
});

test("it is idle until its first use, and close() ends what is under way", async (_redis, open) => {
  const cache = open();
  assert.equal(cache.health().reason, "not used yet");
  const set = cache.set("a", 1);
  const listening = cache.subscribe("c", () => {});
  await cache.close();
  await Promise.all([set, listening]);
  assert.deepEqual([cache.health().available, cache.health().reason], [false, "closed"]);
  const never = open();
  await never.close();
});
