import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../core/errors.ts";
import type { Cache } from "./types.ts";

const KEY = fc.string({ unit: "binary", minLength: 1 }).filter((key) => key.isWellFormed());

/**
 * Registers the tests that every cache must pass.
 *
 * @param open gives an empty cache that keeps values of up to 40 Mi.
 */
export function testCacheContract(
  name: string,
  open: () => Promise<Cache>,
  options: { readonly ignore?: boolean } = {},
): void {
  function test(says: string, body: (cache: Cache) => Promise<void>): void {
    Deno.test({
      name: `${name}: ${says}`,
      ...options,
      async fn() {
        await using cache = await open();
        await body(cache);
      },
    });
  }

  test("get() gives back what set() set, for any key and JSON", async (cache) => {
    await fc.assert(
      fc.asyncProperty(KEY, fc.jsonValue(), async (key, value) => {
        assert.equal(await cache.set(key, value), true);
        assert.deepEqual(await cache.get(key), JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 100 },
    );
  });

  test("get() gives undefined for what is not there; null is there", async (cache) => {
    assert.equal(await cache.get("a"), undefined);
    await cache.set("a", null);
    assert.equal(await cache.get("a"), null);
    const { hits, misses } = cache.health();
    assert.deepEqual([hits, misses], [1, 1]);
  });

  test("a value is the cache's own: what is changed later does not change it", async (cache) => {
    const value = { list: [1] };
    await cache.set("a", value);
    value.list.push(2);
    (await cache.get<typeof value>("a"))!.list.push(3);
    assert.deepEqual(await cache.get("a"), { list: [1] });
  });

  test("del() removes and says whether there was one", async (cache) => {
    await cache.set("a", 1);
    assert.deepEqual([await cache.del("a"), await cache.del("a")], [true, false]);
    assert.equal(await cache.get("a"), undefined);
  });

  test("a value ends with its time to live; another set() takes the time away", async (cache) => {
    await cache.set("short", 1, { ttlMs: 500 });
    await cache.set("kept", 1, { ttlMs: 500 });
    await cache.set("kept", 2);
    await cache.set("endless", 1, { ttlMs: Infinity });
    assert.equal(await cache.get("short"), 1);
    await until(async () => await cache.get("short") === undefined);
    assert.equal(await cache.del("short"), false);
    await cache.set("fraction", 1, { ttlMs: 0.2 });
    await until(async () => await cache.get("fraction") === undefined);
    assert.deepEqual([await cache.get("kept"), await cache.get("endless")], [2, 1]);
  });

  test("incr() counts from 0, by any whole number, and reads what set() set", async (cache) => {
    assert.equal(await cache.incr("n"), 1);
    assert.equal(await cache.incr("n", { by: -5 }), -4);
    assert.equal(await cache.get("n"), -4);
    await cache.set("n", 41);
    assert.equal(await cache.incr("n"), 42);
    const sums = await Promise.all(Array.from({ length: 100 }, () => cache.incr("many")));
    assert.deepEqual(sums.sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i + 1));
  });

  test("incr() sets the time of a new counter, and leaves that of an old one", async (cache) => {
    assert.equal(await cache.incr("n", { ttlMs: 500 }), 1);
    assert.equal(await cache.incr("n", { ttlMs: 60_000 }), 2);
    assert.equal(await cache.incr("n"), 3);
    await until(async () => await cache.get("n") === undefined);
    assert.equal(await cache.incr("n"), 1);
  });

  test("incr() refuses what is no whole number, and leaves it", async (cache) => {
    for (const value of ["5", 1.5, null, [1], { a: 1 }, true, "", 2 ** 53 - 1]) {
      await cache.set("a", value);
      await assert.rejects(cache.incr("a", { by: 2 ** 52 }), UserError, JSON.stringify(value));
    }
    await cache.set("a", "x");
    await assert.rejects(cache.incr("a", { ttlMs: 1000 }), UserError);
    assert.equal(await cache.get("a"), "x");
    assert.equal(cache.health().available, true, "that is no outage");
  });

  test("publish() reaches all who listen to the channel, until they end it", async (cache) => {
    const heard: unknown[] = [];
    const first = Promise.withResolvers<void>();
    await cache.subscribe<number>("news", (message) => {
      heard.push(["a", message]);
      if (message === 3) first.resolve();
    });
    const end = await cache.subscribe("news", (message) => heard.push(["b", message]));
    await cache.subscribe("other", (message) => heard.push(["other", message]));
    await cache.publish("news", 1);
    await cache.publish("nobody", 2);
    await until(() => heard.length === 2);
    await end();
    await cache.publish("news", 3);
    await first.promise;
    assert.deepEqual(heard, [["a", 1], ["b", 1], ["a", 3]]);
  });

  test("two that begin to listen at once hear each message once", async (cache) => {
    const heard: unknown[] = [];
    const done = Promise.withResolvers<void>();
    await Promise.all(["a", "b", "c"].map((name) =>
      cache.subscribe("news", (message) => {
        if (message === "end") done.resolve();
        else heard.push(name);
      })
    ));
    await cache.publish("news", 1);
    await cache.publish("news", "end");
    await done.promise;
    assert.deepEqual(heard.sort(), ["a", "b", "c"]);
  });

  test("a handler that throws harms nobody and is counted", async (cache) => {
    const heard: unknown[] = [];
    await cache.subscribe("c", () => {
      throw new Error("broken");
    });
    await cache.subscribe("c", (message) => heard.push(message));
    await cache.publish("c", { a: ["ü"] });
    await until(() => heard.length === 1);
    assert.deepEqual(heard, [{ a: ["ü"] }]);
    assert.equal(cache.health().handler_errors, 1);
  });

  test("huge values come back whole, larger ones are not kept and the old one is gone", async (cache) => {
    const huge = "äz".repeat(8 * 1024 ** 2);
    assert.equal(await cache.set("huge", huge), true);
    assert.equal(await cache.get("huge") === huge, true);
    assert.equal(await cache.set("huge", "x".repeat(40 * 1024 ** 2)), false);
    assert.equal(await cache.get("huge"), undefined);
    assert.equal(cache.health().refused, 1);
  });

  test("bad keys, values and times are defects and reject", async (cache) => {
    const circle: unknown[] = [];
    circle.push(circle);
    await assert.rejects(cache.get(""), TypeError);
    await assert.rejects(cache.set("\ud800", 1), TypeError);
    for (const value of [undefined, () => {}, 1n, circle]) {
      await assert.rejects(cache.set("a", value), TypeError);
    }
    for (const ttlMs of [0, -1, NaN]) {
      await assert.rejects(cache.set("a", 1, { ttlMs }), TypeError);
      await assert.rejects(cache.incr("a", { ttlMs }), TypeError);
    }
    await assert.rejects(cache.incr("a", { by: 0.5 }), TypeError);
    await assert.rejects(cache.publish("", 1), TypeError);
    await assert.rejects(cache.subscribe("", () => {}), TypeError);
    assert.equal(await cache.get("a"), undefined);
  });

  test("after close() nothing is found, nothing kept, and nothing fails", async (cache) => {
    await cache.set("a", 1);
    await cache.subscribe("c", () => assert.fail("it was closed"));
    await cache.close();
    await cache.close();
    assert.equal(await cache.get("a"), undefined);
    assert.equal(await cache.set("a", 1), false);
    assert.equal(await cache.del("a"), false);
    await cache.publish("c", 1);
    await cache.subscribe("c", () => assert.fail("it was closed"));
    await cache.publish("c", 1);
  });
}

/** Waits until something is so, for half a minute at most: others use the machine, too. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!await isSo()) {
    assert.ok(performance.now() < end, "it never became so");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
