// Which rows are used, how they are weighed, and when a log is refused.
import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "../rng.ts";
import { checkWeights } from "./check_weights.ts";
import { greedy, logOf } from "./_test_world.ts";
import type { LoggedRow } from "./types.ts";
import { weighRows } from "./weigh_rows.ts";

const row: LoggedRow = {
  context: [1],
  mask: [true, true, false],
  action: 0,
  propensity: 0.5,
  reward: 1,
};
const first = { probs: () => [1, 0, 0] };

Deno.test("weighRows() puts bad rows aside and says how many for which reason", () => {
  const bad: [string, Partial<LoggedRow>[]][] = [
    [
      "impossible propensity",
      [0, -0.1, 1.1, NaN, Infinity, 1e-300].map((propensity) => ({ propensity })),
    ],
    ["action outside the mask", [2, 3, -1, 0.5, NaN].map((action) => ({ action }))],
    ["reward missing or not finite", [NaN, Infinity].map((reward) => ({ reward }))],
    ["reward outside its range", [1.5, -0.5].map((reward) => ({ reward }))],
    ["context not finite", [{ context: [NaN] }]],
    ["context of another length", [{ context: [] }, { context: [1, 2] }]],
  ];
  const rows = bad.flatMap(([, changes]) => changes.map((change) => ({ ...row, ...change })));
  const log = weighRows([row, ...rows], first);
  assert.deepEqual(
    log.rejected,
    Object.fromEntries(bad.map(([reason, changes]) => [reason, changes.length])),
  );
  assert.deepEqual(log.rows, [row]);
  assert.deepEqual([...log.weights], [2]);
  assert.deepEqual(weighRows([{ ...row, mask: [] }], first).rejected, {
    "action outside the mask": 1,
  });
});

Deno.test("weighRows() gives the effective size, the largest weight and its bound", () => {
  const log = weighRows([row, { ...row, action: 1, propensity: 0.1 }, row], first);
  assert.deepEqual([...log.weights], [2, 0, 2]);
  assert.equal(log.ess, 2);
  assert.deepEqual(log.moments, { n: 3, sum: 4, squares: 8, largest: 2, bound: 10 });
});

Deno.test("weighRows() counts what the policy wants and the log cannot tell", () => {
  assert.equal(weighRows([row, row], first).supportViolations, 0);
  assert.equal(weighRows([row, row], { probs: () => [0.5, 0.5, 0] }).supportViolations, 2);
  assert.equal(weighRows([row, row], { probs: () => [0.5, 0, 0.5] }).supportViolations, 2);
});

Deno.test("weighRows() copies probabilities, as a policy may use its buffer again", () => {
  const buffer = new Float64Array(3);
  const policy = {
    probs([x]: readonly number[]) {
      buffer.fill(0);
      buffer[x!] = 1;
      return buffer;
    },
  };
  const log = weighRows([row, { ...row, context: [0] }], policy);
  assert.deepEqual(log.probs.map((probs) => [...probs]), [[0, 1, 0], [1, 0, 0]]);
});

Deno.test("weighRows() refuses probabilities and ranges that are none", () => {
  for (const probs of [[1, 0], [0.5, 0.4, 0], [NaN, 1, 0], [1.5, -0.5, 0], []]) {
    assert.throws(() => weighRows([row], { probs: () => probs }), /probabilities that are none/);
  }
  for (const rewardRange of [[1, 0], [0, 0], [NaN, 1], [0, Infinity]] as [number, number][]) {
    assert.throws(() => weighRows([row], first, { rewardRange }), /not a range of rewards/);
  }
});

Deno.test("weighRows() never throws on bad rows and counts each once", () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(0, 1, 0.5, 2));
  const any = fc.record({
    context: fc.array(number, { maxLength: 2 }),
    mask: fc.array(fc.boolean(), { maxLength: 3 }),
    action: number,
    propensity: number,
    reward: number,
  });
  const policy = {
    probs: (_: unknown, mask: readonly boolean[]) => mask.map((_, a) => +(a === 0)),
  };
  fc.assert(fc.property(fc.array(any), (rows) => {
    const { rejected, weights } = weighRows(rows, policy);
    const aside = Object.values(rejected).reduce((sum, count) => sum + count, 0);
    assert.equal(aside + weights.length, rows.length);
    assert.ok(weights.every((w) => w >= 0 && Number.isFinite(w)));
  }));
});

Deno.test("checkWeights() refuses propensities that are not the ones drawn with", () => {
  const world = [[0.5, 0.5, 0.5]];
  const [logger, target] = [greedy(() => 0, 0.5), greedy(() => 1, 0.5)];
  const rows = logOf(world, logger, 2000, createRng(1));
  const told = (change: (row: LoggedRow) => number) =>
    checkWeights(
      weighRows(rows.map((row) => ({ ...row, propensity: change(row) })), target).moments,
    ).ok;
  assert.equal(told((row) => row.propensity), true);
  assert.equal(told(() => 1 / 3), false);
  assert.equal(told((row) => row.propensity * 0.8), false);
  assert.equal(told((row) => 1 - row.propensity), false);
});

Deno.test("checkWeights() waits while few weights say anything, and not for ever", () => {
  const none = { sum: 0, squares: 0, largest: 0, bound: 20 };
  assert.equal(checkWeights({ ...none, n: 50 }).ok, true);
  assert.equal(checkWeights({ ...none, n: 500 }).ok, false);
  assert.equal(checkWeights({ ...none, n: 0 }).ok, true);
  const twice = { n: 40, sum: 80, squares: 160, largest: 2, bound: 2 };
  assert.match(checkWeights(twice).reason, /mean weight 2, .* standard errors from 1, more than 3/);
});

Deno.test("checkWeights() holds for a sound log of which few weights differ from 1", () => {
  // A canary's champion: nearly always 1, a little over 1 while the challenger has its share.
  let refused = 0;
  for (let seed = 0; seed < 200; seed++) {
    const rng = createRng(seed);
    const moments = { n: 1000, sum: 1000, squares: 1000, largest: 1, bound: 15 };
    for (let i = 0; i < 50; i++) {
      const w = rng.float() < 0.91 ? 0.95 / 0.91 : 0.05 / 0.09;
      moments.n++;
      moments.sum += w;
      moments.squares += w * w;
      moments.largest = Math.max(moments.largest, w);
    }
    if (!checkWeights(moments).ok) refused++;
  }
  assert.ok(refused <= 4, `${refused} of 200 sound logs refused`);
});
