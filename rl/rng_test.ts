import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "./rng.ts";

Deno.test("createRng() gives the known answers of Philox4x32-10", () => {
  // From the vectors that Random123 ships: all zeros, and all ones cut to what our counter holds.
  const zero = createRng(0);
  const words = [zero.uint32(), zero.uint32(), zero.uint32(), zero.uint32()];
  assert.deepEqual(words, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
});

Deno.test("createRng() goes on from any state as if it had never stopped", () => {
  fc.assert(fc.property(fc.integer(), fc.nat(50), fc.nat(20), (seed, drawn, more) => {
    const one = createRng(seed);
    for (let i = 0; i < drawn; i++) one.uint32();
    const other = createRng(JSON.parse(JSON.stringify(one.state())));
    for (let i = 0; i < more; i++) assert.equal(other.uint32(), one.uint32());
  }));
});

Deno.test("int() takes each number equally often, and float() has the moments of a uniform", () => {
  const rng = createRng(3);
  const counts = new Array(7).fill(0);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < 70_000; i++) {
    counts[rng.int(7)]++;
    const x = rng.float();
    sum += x;
    squares += x * x;
  }
  // Chi square of 6 degrees of freedom is below 22.5 but once in a thousand.
  assert.ok(counts.reduce((chi, n) => chi + (n - 10_000) ** 2 / 10_000, 0) < 22.5);
  assert.ok(Math.abs(sum / 70_000 - 1 / 2) < 0.005);
  assert.ok(Math.abs(squares / 70_000 - 1 / 3) < 0.005);
});

Deno.test("fork() gives a stream of its own, the same each time", () => {
  const [a, b] = [createRng(1).fork(1), createRng(1).fork(2)];
  assert.notEqual(a.uint32(), b.uint32());
  assert.equal(createRng(1).fork(9).float(), createRng(1).fork(9).float());
});

Deno.test("createRng() and int() refuse what is no seed, no state and no number", () => {
  for (const seed of [NaN, Infinity, 1.5]) assert.throws(() => createRng(seed), RangeError);
  assert.throws(() => createRng({ seed: 1, stream: 0, drawn: -1 }), /not a seed or a state/);
  for (const n of [0, -1, 1.5, 2 ** 33]) assert.throws(() => createRng(1).int(n), RangeError);
});
