import assert from "node:assert/strict";
import fc from "fast-check";
import { groupAdvantages } from "./group_advantages.ts";

const close = (a: readonly (number | undefined)[], b: readonly number[]) =>
  b.forEach((value, i) => assert.ok(Math.abs(a[i]! - value) < 1e-9, `${a} != ${b}`));

Deno.test("groupAdvantages() divides by the unbiased deviation of the group and 1e-4", () => {
  const { advantages } = groupAdvantages([[1, 2, 6]]);
  const std = Math.sqrt(7); // ((1-3)² + (2-3)² + (6-3)²) / 2
  close(advantages[0]!, [-2, -1, 3].map((apart) => apart / (std + 1e-4)));
});

Deno.test("groupAdvantages() divides by the deviation of all, or by nothing, when asked", () => {
  const groups = [[0, 2], [10, 14]];
  const mean = 6.5;
  const squares = groups.flat().reduce((sum, r) => sum + (r - mean) ** 2, 0);
  const std = Math.sqrt(squares / 3) + 1e-4;
  const batch = groupAdvantages(groups, { scaleRewards: "batch" }).advantages;
  close(batch.flat(), [-1, 1, -2, 2].map((apart) => apart / std));
  const none = groupAdvantages(groups, { scaleRewards: "none" }).advantages;
  close(none.flat(), [-1, 1, -2, 2]);
});

Deno.test("groupAdvantages() drops and counts groups without two different rewards", () => {
  const third = 0.1 + 0.2; // a mean of equal numbers may come out as another
  const groups = [[third, third, third], [5], [], [1, null], [0, 1]];
  for (const scaleRewards of ["group", "batch", "none"] as const) {
    const { advantages, dropped } = groupAdvantages(groups, { scaleRewards });
    assert.equal(dropped, 4);
    assert.ok(advantages.slice(0, 4).flat().every((a) => a === undefined));
    assert.ok(advantages[4]!.every((a) => a !== undefined && a !== 0));
  }
});

Deno.test("groupAdvantages() leaves a missing reward out, and does not take it for 0", () => {
  const { advantages, missing } = groupAdvantages([[1, null, 3]], { scaleRewards: "none" });
  assert.deepEqual(advantages, [[-1, undefined, 1]]);
  assert.equal(missing, 1);
  const parts = groupAdvantages([[[1, null], [2, 5], [null, null]]], { scaleRewards: "none" });
  assert.deepEqual(parts.advantages, [[-3, 3, undefined]]);
});

Deno.test("groupAdvantages() adds several kinds by their weights, then normalises", () => {
  const groups = [[[1, 10], [3, 0]]];
  const options = { rewardWeights: [2, 0.1], scaleRewards: "none" } as const;
  close(groupAdvantages(groups, options).advantages[0]!, [-1.5, 1.5]);
});

Deno.test("groupAdvantages() normalises each kind first, so that none rules another out", () => {
  const groups = [[[0, 0], [1, 0], [0, 1000], [1, 1000]]];
  const each = groupAdvantages(groups, { multiReward: "normalize_then_sum" }).advantages[0]!;
  // The second kind comes out a hair larger, as 1e-4 weighs less in it.
  assert.ok(Math.abs(each[1]!) < 1e-3 && Math.abs(each[2]!) < 1e-3);
  const kind = 1 / (Math.sqrt(1 / 3) + 1e-4) / 2;
  const large = 500 / (Math.sqrt(1e6 / 3) + 1e-4);
  const sums = [-kind - large, kind - large, large - kind, kind + large];
  const std = Math.sqrt(sums.reduce((sum, s) => sum + s * s, 0) / 3);
  assert.ok(Math.abs(each[3]! - sums[3]! / (std + 1e-4)) < 1e-9);
});

Deno.test("groupAdvantages() of a group sum to 0 and keep the order of rewards", () => {
  const reward = fc.integer({ min: -50, max: 50 });
  fc.assert(fc.property(fc.array(reward, { minLength: 2, maxLength: 9 }), (rewards) => {
    fc.pre(new Set(rewards).size > 1);
    const [own] = groupAdvantages([rewards]).advantages;
    assert.ok(Math.abs(own!.reduce<number>((sum, a) => sum + a!, 0)) < 1e-9);
    rewards.forEach((r, i) => rewards.forEach((s, j) => r > s && assert.ok(own![i]! > own![j]!)));
  }));
});

Deno.test("groupAdvantages() refuses rewards that are not finite or of different kinds", () => {
  assert.throws(() => groupAdvantages([[1, NaN]]), /not a reward: NaN/);
  assert.throws(() => groupAdvantages([[1, Infinity]]), /not a reward: Infinity/);
  assert.throws(() => groupAdvantages([[[1, 2], [1]]]), /1 kinds of reward beside 2/);
  assert.throws(() => groupAdvantages([[1, 2]], { rewardWeights: [1, 1] }), /weights 1,1 for 1/);
});
