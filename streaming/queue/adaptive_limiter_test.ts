import assert from "node:assert/strict";
import fc from "fast-check";
import { createAdaptiveLimiter } from "./adaptive_limiter.ts";

const CALM = { depth: 0, waitMs: 0, errorRate: 0 };

Deno.test("acquire() gives permits first come, first served", async () => {
  const limiter = createAdaptiveLimiter({ base: 2 });
  const got: number[] = [];
  const releases: (() => void)[] = [];
  const all = [0, 1, 2, 3, 4].map(async (n) => {
    releases[n] = await limiter.acquire();
    got.push(n);
  });
  await Promise.resolve();
  assert.deepEqual([limiter.active, limiter.waiting], [2, 3]);
  assert.equal(limiter.tryAcquire(), undefined);
  for (let n = 0; n < 5; n++) {
    await all[n];
    releases[n]!();
    // Giving a permit back twice frees no second one.
    releases[n]!();
    assert.equal(limiter.active, Math.min(2, 4 - n));
  }
  assert.deepEqual(got, [0, 1, 2, 3, 4]);
  assert.deepEqual([limiter.active, limiter.waiting], [0, 0]);
  limiter.tryAcquire()!();
  assert.equal(limiter.active, 0);
});

Deno.test("acquire() leaves the line when its signal is aborted", async () => {
  const limiter = createAdaptiveLimiter({ base: 1 });
  const release = await limiter.acquire();
  const stop = new AbortController();
  const second = limiter.acquire(stop.signal);
  const third = limiter.acquire();
  stop.abort(new Error("enough"));
  await assert.rejects(second, /enough/);
  assert.equal(limiter.waiting, 1);
  release();
  (await third)();
  await assert.rejects(limiter.acquire(stop.signal), /enough/);
  assert.equal(limiter.active, 0);
});

Deno.test("close() tells those who wait, and gives nobody a permit any more", async () => {
  const limiter = createAdaptiveLimiter({ base: 1 });
  const release = await limiter.acquire();
  const waits = limiter.acquire();
  limiter.close();
  limiter.close();
  await assert.rejects(waits, /the limiter is closed/);
  release();
  await assert.rejects(limiter.acquire(), /the limiter is closed/);
  assert.equal(limiter.tryAcquire(), undefined);
});

Deno.test("observe() follows depth, wait and errors in steps, within limits, once in a while", () => {
  let now = 0;
  const limiter = createAdaptiveLimiter({ now: () => now });
  const after = (ms: number, sample: Partial<typeof CALM>) => {
    now += ms;
    return limiter.observe({ ...CALM, ...sample });
  };
  assert.equal(after(2_999, { depth: 40 }), 4);
  assert.equal(after(1, { depth: 40 }), 6);
  assert.equal(after(2_999, { depth: 40 }), 6);
  assert.equal(after(1, { depth: 39 }), 6);
  assert.equal(after(3_000, { depth: 40, waitMs: 2_000, errorRate: 0.2 }), 8);
  assert.equal(after(3_000, { depth: 40, waitMs: 2_001 }), 6);
  assert.equal(after(3_000, { errorRate: 0.21 }), 4);
  for (let i = 0; i < 20; i++) after(3_000, { depth: 99 });
  assert.equal(limiter.limit, 32);
  for (let i = 0; i < 20; i++) after(3_000, { waitMs: 9_999 });
  assert.equal(limiter.limit, 1);
  assert.equal(after(-1e6, { depth: 99 }), 1);
  assert.equal(after(3_000, { depth: 99 }), 3);
});

Deno.test("resize() wakes those who wait, and leaves permits that are in use", async () => {
  const limiter = createAdaptiveLimiter({ base: 1 });
  const permits = [limiter.acquire(), limiter.acquire(), limiter.acquire()];
  limiter.resize(3);
  const releases = await Promise.all(permits);
  limiter.resize(1);
  assert.deepEqual([limiter.active, limiter.limit], [3, 1]);
  releases[0]!();
  releases[1]!();
  assert.equal(limiter.tryAcquire(), undefined);
  limiter.release();
  assert.equal(limiter.active, 0);
  for (const [wanted, limit] of [[0, 1], [99, 32], [NaN, 1], [7.6, 8]] as const) {
    limiter.resize(wanted);
    assert.equal(limiter.limit, limit);
  }
  assert.throws(() => createAdaptiveLimiter({ min: 5, max: 2 }), /from 5 to 2/);
});

Deno.test("a limiter never has more permits in use than it ever allowed, and forgets nobody", async () => {
  const step = fc.oneof(
    fc.constant("acquire"),
    fc.constant("release"),
    fc.constant("abort"),
    fc.integer({ min: 1, max: 5 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const limiter = createAdaptiveLimiter({ base: 2, max: 5 });
      const held: (() => void)[] = [];
      const asked: AbortController[] = [];
      let [came, left] = [0, 0];
      for (const step of steps) {
        const [active, limit] = [limiter.active, limiter.limit];
        if (step === "acquire") {
          const stop = new AbortController();
          asked.push(stop);
          limiter.acquire(stop.signal).then((release) => {
            came++;
            held.push(release);
          }, () => left++);
        } else if (step === "release") held.shift()?.();
        else if (step === "abort") asked.shift()?.abort();
        else limiter.resize(step as number);
        await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
        assert.ok(limiter.active <= Math.max(active, limit, limiter.limit));
        assert.ok(limiter.waiting === 0 || limiter.active >= limiter.limit, "a free permit waits");
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
      const acquires = steps.filter((step) => step === "acquire").length;
      assert.equal(came + left + limiter.waiting, acquires);
    }),
    { numRuns: 100 },
  );
});
