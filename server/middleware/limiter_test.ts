import assert from "node:assert/strict";
import fc from "fast-check";
import { createLimiter } from "./limiter.ts";

Deno.test("createLimiter() lets a burst through, then the rate, and says how long to wait", () => {
  const limiter = createLimiter({ perSecond: 10, burst: 3 });
  const taken = (at: number) => limiter.take("a", at);
  assert.deepEqual([taken(0), taken(0), taken(0)], [0, 0, 0]);
  assert.equal(taken(0), 0.1);
  assert.equal(taken(100), 0);
  assert.ok(taken(100) > 0.09);
  assert.equal(limiter.take("b", 100), 0, "another peer has a bucket of its own");
  assert.equal(taken(60_000), 0);
  assert.deepEqual([taken(60_000), taken(60_000)], [0, 0]);
  assert.ok(taken(60_000) > 0, "a pause fills no more than the burst");
});

Deno.test("createLimiter() slows guessing to perSecond divided by failureCost", () => {
  const limiter = createLimiter({ perSecond: 1000, burst: 2000, failureCost: 100 });
  let guesses = 0;
  for (let at = 0; at < 10_000; at++) {
    if (limiter.take("a", at) > 0) continue;
    limiter.punish("a", at);
    guesses++;
  }
  // 20 of the burst, then 10 in each of ten seconds.
  assert.ok(guesses >= 110 && guesses <= 125, `${guesses}`);
});

Deno.test("createLimiter() never lets more through than burst and rate, whatever the times", () => {
  const step = fc.record({ peer: fc.constantFrom("a", "b"), ms: fc.nat(300), wrong: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const limiter = createLimiter({ perSecond: 20, burst: 5, failureCost: 3 });
    const passed: Record<string, number> = { a: 0, b: 0 };
    let at = 0;
    for (const { peer, ms, wrong } of steps) {
      at += ms;
      if (limiter.take(peer, at) > 0) continue;
      passed[peer]!++;
      if (wrong) limiter.punish(peer, at);
      assert.ok(passed[peer]! <= 5 + at / 1000 * 20 + 1e-6);
    }
  }));
});

Deno.test("createLimiter() takes a network for one peer, and remembers a bounded number of them", () => {
  const limiter = createLimiter({ perSecond: 1, burst: 1 });
  assert.equal(limiter.take("2001:db8:1:2:3::4", 0), 0);
  assert.ok(limiter.take("2001:db8:1:2:ffff::1", 0) > 0);
  assert.equal(limiter.take("2001:db8:1:3::1", 0), 0);
  assert.equal(limiter.take("::ffff:10.0.0.1", 0), 0);
  assert.equal(limiter.take("::ffff:10.0.0.2", 0), 0);
  const started = performance.now();
  for (let i = 0; i < 30_000; i++) limiter.take(`10.${i >> 16}.${i >> 8 & 255}.${i & 255}`, 0);
  assert.ok(performance.now() - started < 3_000);
});
