import assert from "node:assert/strict";
import { createCooldown } from "./mod.ts";

Deno.test("createCooldown() closes an arm until its rest is over", () => {
  let time = 5000;
  const cooldown = createCooldown(["a", "b", "c"], { ms: { a: 100, b: 10 }, now: () => time });
  for (const arm of [0, 1, 2]) cooldown.used(arm);
  assert.deepEqual(cooldown.mask(), [false, false, true]);
  time += 10;
  assert.deepEqual(cooldown.mask(), [false, true, true]);
  assert.equal(cooldown.left(0), 90);
  time += 90;
  assert.deepEqual(cooldown.mask([true, true, false]), [true, true, false]);
});

Deno.test("createCooldown() starts a rest anew when the clock went back", () => {
  let time = 1e6;
  const cooldown = createCooldown(["a"], { ms: 100, now: () => time });
  cooldown.used(0);
  time = 500;
  assert.equal(cooldown.left(0), 100);
  time = 600;
  assert.deepEqual(cooldown.mask(), [true]);
});

Deno.test("createCooldown() goes on from its snapshot, by name", () => {
  let time = 1000;
  const first = createCooldown(["a", "b"], { ms: 100, now: () => time });
  first.used(1);
  const from = JSON.parse(JSON.stringify(first.snapshot()));
  time = 1050;
  const second = createCooldown(["b", "c", "__proto__"], { ms: 100, now: () => time, from });
  assert.deepEqual(second.mask(), [false, true, true]);
  assert.deepEqual(second.snapshot(), { b: 1000 });
});

Deno.test("createCooldown() refuses rests, times, masks and arms that are none", () => {
  const now = () => 0;
  assert.throws(() => createCooldown(["a"], { ms: -1, now }), /arm "a" rests for -1 ms/);
  assert.throws(() => createCooldown(["a"], { ms: { a: NaN }, now }), RangeError);
  assert.throws(() => createCooldown(["a"], { ms: 1, now, from: { a: NaN } }), RangeError);
  const cooldown = createCooldown(["a"], { ms: 1, now });
  assert.throws(() => cooldown.used(1), /no arm 1/);
  assert.throws(() => cooldown.mask([true, true]), /a mask of 2 for 1 arms/);
});
