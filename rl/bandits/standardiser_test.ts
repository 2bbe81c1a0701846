import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { sampleNormal } from "../sample/mod.ts";
import { createStandardiser } from "./mod.ts";

Deno.test("createStandardiser() brings numbers to mean 0 and spread 1 and appends the bias", () => {
  const scale = createStandardiser({ size: 2, freezeAfter: 1e6 });
  const rng = createRng(1);
  for (let i = 0; i < 5000; i++) {
    scale.observe([1e4 + 50 * sampleNormal(rng), 1e-3 * sampleNormal(rng)]);
  }
  const [a, b, bias] = scale.apply([1e4 + 50, 0]);
  assert.ok(Math.abs(a! - 1) < 0.06 && Math.abs(b!) < 0.06 && bias === 1, `${a} ${b}`);
  assert.equal(scale.size, 3);
  assert.equal(createStandardiser({ size: 2, bias: false }).apply([0, 0]).length, 2);
});

Deno.test("createStandardiser() clips, also after a number that never moved stirs", () => {
  const scale = createStandardiser({ size: 1, clip: 3, bias: false });
  assert.deepEqual([...scale.apply([100])], [3]);
  for (let i = 0; i < 100; i++) scale.observe([7]);
  assert.deepEqual([...scale.apply([7])], [0]);
  assert.deepEqual([...scale.apply([-1e300])], [-3]);
});

Deno.test("createStandardiser() stays as it is once frozen, by number or by word", () => {
  const byNumber = createStandardiser({ size: 1, freezeAfter: 2 });
  const byWord = createStandardiser({ size: 1 });
  for (const x of [1, 3]) for (const scale of [byNumber, byWord]) scale.observe([x]);
  byWord.freeze();
  const before = byNumber.apply([2.5]);
  for (const scale of [byNumber, byWord]) {
    assert.ok(scale.frozen());
    scale.observe([1000]);
    assert.deepEqual(scale.apply([2.5]), before);
  }
});

Deno.test("createStandardiser() goes on from its snapshot bit for bit", () => {
  const whole = createStandardiser({ size: 2 });
  for (const x of [0.1, 0.7, -3]) whole.observe([x, x * x]);
  const from = JSON.parse(JSON.stringify(whole.snapshot()));
  const restored = createStandardiser({ size: 2, from });
  for (const scale of [whole, restored]) scale.observe([5, 0.3]);
  assert.deepEqual(restored.snapshot(), whole.snapshot());
  assert.deepEqual(restored.apply([1, 2]), whole.apply([1, 2]));
});

Deno.test("createStandardiser() refuses contexts and states that are none, and changes nothing", () => {
  const scale = createStandardiser({ size: 2 });
  scale.observe([1, 2]);
  const before = scale.snapshot();
  for (const bad of [[1], [1, NaN], [Infinity, 0], [1, 2, 3]]) {
    assert.throws(() => scale.observe(bad), RangeError);
    assert.throws(() => scale.apply(bad), RangeError);
  }
  assert.deepEqual(scale.snapshot(), before);
  for (const from of [[1], [1, 0, 0, 0, -1, 0], [NaN, 0, 0, 0, 0, 0], "x"]) {
    assert.throws(() => createStandardiser({ size: 2, from: from as number[] }), /not the state/);
  }
  assert.throws(() => createStandardiser({ size: 0 }), RangeError);
});

Deno.test("createStandardiser() keeps finite after the greatest numbers there are", () => {
  const scale = createStandardiser({ size: 1 });
  for (const x of [1.7e308, -1.7e308, 0]) scale.observe([x]);
  assert.ok(scale.apply([1.7e308]).every(Number.isFinite));
  assert.ok(scale.snapshot().every(Number.isFinite));
});
