import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { createRewardNormalizer } from "./reward_normalizer.ts";

Deno.test("rewardNormalizer brings rewards of any size to mean 0 and deviation 1", () => {
  const rng = createRng(3);
  const normalizer = createRewardNormalizer();
  const seen = Array.from({ length: 4000 }, () => normalizer.next(500 + 30 * rng.float()));
  const late = seen.slice(1000);
  const mean = late.reduce((sum, r) => sum + r, 0) / late.length;
  const std = Math.sqrt(late.reduce((sum, r) => sum + (r - mean) ** 2, 0) / late.length);
  assert.ok(Math.abs(mean) < 0.05 && Math.abs(std - 1) < 0.05, `${mean} ${std}`);
});

Deno.test("rewardNormalizer never divides by less than minStd, and clips", () => {
  const normalizer = createRewardNormalizer();
  assert.equal(normalizer.next(3), 0);
  assert.equal(normalizer.next(3), 0);
  for (let i = 0; i < 100; i++) normalizer.next(i % 2);
  assert.equal(normalizer.next(1e9), 5);
});

Deno.test("rewardNormalizer of returns divides by their deviation and keeps the sign", () => {
  const normalizer = createRewardNormalizer({ of: "return", gamma: 1 });
  let last = 0;
  for (let i = 0; i < 400; i++) last = normalizer.next(1, 0, i % 4 === 3);
  // Returns so far are 1, 2, 3, 4 in turn, of deviation √1.25.
  assert.ok(Math.abs(last - 1 / Math.sqrt(1.25)) < 1e-6, `${last}`);
});

Deno.test("rewardNormalizer of returns follows each copy of an environment by itself", () => {
  const one = createRewardNormalizer({ of: "return" });
  one.next(1, 0);
  one.next(1, 1);
  const kept = JSON.parse(JSON.stringify(one.snapshot()));
  assert.deepEqual(kept.returns, [1, 1]);
  one.abandon();
  assert.deepEqual((one.snapshot() as typeof kept).returns, []);
  assert.equal((one.snapshot() as typeof kept).seen.count, 2);
});

Deno.test("rewardNormalizer refuses what is no reward and changes nothing", () => {
  const normalizer = createRewardNormalizer();
  normalizer.next(1);
  const before = normalizer.snapshot();
  for (const bad of [NaN, Infinity]) assert.throws(() => normalizer.next(bad), /not a reward/);
  assert.deepEqual(normalizer.snapshot(), before);
});

Deno.test("rewardNormalizer goes on from a snapshot, and refuses a damaged one", () => {
  const one = createRewardNormalizer();
  for (const reward of [1, 5, 2]) one.next(reward);
  const other = createRewardNormalizer();
  other.restore(JSON.parse(JSON.stringify(one.snapshot())))();
  assert.equal(other.next(7), one.next(7));
  assert.throws(() => other.restore({ seen: { count: -1, mean: 0, squares: 0 } }), RangeError);
  assert.throws(() => other.restore(undefined), RangeError);
});
