import assert from "node:assert/strict";
import { createRewardRange } from "./mod.ts";

Deno.test("createRewardRange() maps a range to [0, 1] and back", () => {
  const range = createRewardRange(-10, 10);
  assert.deepEqual([-10, 0, 5, 10].map(range.map), [0, 0.5, 0.75, 1]);
  assert.equal(range.unmap(0.75), 5);
});

Deno.test("createRewardRange() counts what is out of range, also across a restart", () => {
  const first = createRewardRange(0, 1);
  assert.deepEqual([-0.1, 1.1, 0.5].map(first.map), [0, 1, 0.5]);
  const second = createRewardRange(0, 1, first.counts());
  second.map(7);
  assert.deepEqual(second.counts(), { mapped: 4, below: 1, above: 2 });
});

Deno.test("createRewardRange() refuses rewards, ranges and counts that are none", () => {
  const range = createRewardRange(0, 1);
  for (const bad of [NaN, Infinity, -Infinity]) assert.throws(() => range.map(bad), RangeError);
  assert.equal(range.counts().mapped, 0);
  for (const [min, max] of [[1, 1], [2, 1], [NaN, 1], [0, Infinity], [-1.7e308, 1.7e308]]) {
    assert.throws(() => createRewardRange(min!, max!), /not a range/);
  }
  assert.throws(() => createRewardRange(0, 1, { mapped: -1, below: 0, above: 0 }), RangeError);
});
