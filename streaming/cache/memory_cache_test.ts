import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../core/errors.ts";
import { testCacheContract } from "./_test_contract.ts";
import { createMemoryCache } from "./memory_cache.ts";

testCacheContract(
  "createMemoryCache()",
  () => Promise.resolve(createMemoryCache({ maxValueSize: 32 * 1024 ** 2 })),
);

Deno.test("createMemoryCache() lets go what was not used for longest", async () => {
  await using cache = createMemoryCache({ maxEntries: 3 });
  for (const key of ["a", "b", "c"]) await cache.set(key, key);
  await cache.get("a");
  await cache.set("b", "again");
  await cache.set("d", "d");
  const kept = await Promise.all(["a", "b", "c", "d"].map((key) => cache.get(key)));
  assert.deepEqual(kept, ["a", "again", undefined, "d"]);
});

Deno.test("createMemoryCache() holds as much text as it is told, keys included", async () => {
  await using cache = createMemoryCache({ maxSize: 20 });
  await cache.set("a", "xxxxxxx"); // 1 + 9
  await cache.set("b", "yyyyyyy");
  assert.equal(await cache.get("a"), "xxxxxxx");
  await cache.set("c", 1); // 2 more: b has to go, which was used before a
  const kept = await Promise.all(["a", "b", "c"].map((key) => cache.get(key)));
  assert.deepEqual(kept, ["xxxxxxx", undefined, 1]);
  assert.equal(await cache.set("d", "z".repeat(30)), false);
  await cache.set("e".repeat(50), 1);
  assert.equal(
    await cache.get("a"),
    undefined,
    "a key that is too long pushes all out, itself too",
  );
});

Deno.test("createMemoryCache() forgets at the time given, by the clock given", async () => {
  let time = 0;
  await using cache = createMemoryCache({ now: () => time });
  await cache.set("a", 1, { ttlMs: 1000 });
  time = 999;
  assert.equal(await cache.get("a"), 1);
  time = 1000;
  assert.equal(await cache.get("a"), undefined);
});

Deno.test("createMemoryCache(): whatever is done, it never has more than it may and never gives what was overwritten", async () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c", "d", "e"),
    does: fc.constantFrom("set", "get", "del", "incr"),
    ttlMs: fc.constantFrom(undefined, 1, 5),
    wait: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      let time = 0;
      await using cache = createMemoryCache({ maxEntries: 3, now: () => time });
      const model = new Map<string, { value: number; until: number }>();
      for (const [i, { key, does, ttlMs, wait }] of steps.entries()) {
        time += wait;
        const options = ttlMs === undefined ? {} : { ttlMs };
        const known = model.get(key);
        if (known !== undefined && known.until <= time) model.delete(key);
        if (does === "set") {
          // Never 0, so that a sum of 1 is a new one.
          await cache.set(key, i + 1, options);
          model.set(key, { value: i + 1, until: time + (ttlMs ?? Infinity) });
        } else if (does === "del") {
          await cache.del(key);
          model.delete(key);
        } else if (does === "get") {
          const value = await cache.get<number>(key);
          // It may forget, but not make up.
          if (value !== undefined) assert.equal(value, model.get(key)?.value);
        } else {
          const before = model.get(key);
          const sum = await cache.incr(key, options);
          assert.ok(sum === 1 || sum === before!.value + 1);
          const until = sum === 1 ? time + (ttlMs ?? Infinity) : before!.until;
          model.set(key, { value: sum, until });
        }
      }
      const found = await Promise.all([..."abcde"].map((key) => cache.get(key)));
      assert.ok(found.filter((value) => value !== undefined).length <= 3);
    }),
  );
});

Deno.test("createMemoryCache() refuses bounds that are none", () => {
  for (const options of [{ maxEntries: 0 }, { maxSize: 1.5 }, { maxValueSize: NaN }]) {
    assert.throws(() => createMemoryCache(options), UserError);
  }
});
