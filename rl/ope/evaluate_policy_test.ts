// The report on a policy: what it holds, and when it refuses.
import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { evaluatePolicy } from "./evaluate_policy.ts";
import { greedy, logOf, near, valueOf, type World } from "./_test_world.ts";

const world: World = [[0.2, 0.9, 0.5], [0.8, 0.1, 0.4]];
const logger = greedy(() => 0, 0.6);
const target = greedy((x) => 1 - x, 0.3);
const rows = logOf(world, logger, 600, createRng(7));

Deno.test("evaluatePolicy() gives eight estimates near the truth with intervals", () => {
  const report = evaluatePolicy(rows, target, { resamples: 200 });
  const value = valueOf(world, target);
  assert.deepEqual(Object.keys(report.estimates), [
    "ips",
    "clipped-ips",
    "snips",
    "dm",
    "dr",
    "sndr",
    "switch-dr",
    "dr-os",
  ]);
  for (const [name, estimate] of Object.entries(report.estimates)) {
    near(estimate.value, value, 0.1);
    assert.ok(estimate.normal && estimate.bootstrap, name);
    const ratio = name === "snips" || name === "sndr";
    assert.equal(estimate.bernstein === undefined, ratio, name);
    if (!ratio) assert.ok(estimate.bernstein!.low < estimate.normal.low, name);
  }
  assert.ok(report.sequence!.low < value && report.sequence!.high > value);
  assert.ok(report.ess > 100 && report.maxWeight === 0.8 / 0.2 && report.n === 600);
  assert.equal(report.supportViolations, 0);
  assert.ok(report.control.ok);
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  assert.deepEqual(evaluatePolicy(rows, target, { resamples: 200 }), report);
});

Deno.test("evaluatePolicy() counts bad rows and goes on without them", () => {
  const bad = rows.slice(0, 3).map((row) => ({ ...row, reward: NaN }));
  const { rejected, n, estimates } = evaluatePolicy([...rows, ...bad], target, { resamples: 0 });
  assert.deepEqual(rejected, { "reward missing or not finite": 3 });
  assert.equal(n, 600);
  assert.equal(estimates["ips"]!.bootstrap, undefined);
});

Deno.test("evaluatePolicy() refuses a broken log with the reason and the counts", () => {
  const broken = rows.map((row) => ({ ...row, propensity: 1 / 3 }));
  const report = evaluatePolicy(broken, target);
  assert.match(report.refused!, /mean weight .* standard errors from 1/);
  assert.deepEqual(report.estimates, {});
  assert.equal(report.sequence, undefined);

  const impossible = rows.map((row) => ({ ...row, propensity: 0 }));
  const none = evaluatePolicy(impossible, target);
  assert.match(none.refused!, /0 usable rows/);
  assert.deepEqual(none.rejected, { "impossible propensity": 600 });

  const elsewhere = rows.slice(0, 20).map((row) => ({ ...row, action: 2, propensity: 0.2 }));
  const never = evaluatePolicy(elsewhere, { probs: () => [1, 0, 0] });
  assert.match(never.refused!, /no logged action is one the policy would take|mean weight/);
  assert.equal(never.supportViolations, 20);
});

Deno.test("evaluatePolicy() uses the range of the rewards", () => {
  const shifted = rows.map((row) => ({ ...row, reward: 10 * row.reward - 5 }));
  const { estimates, sequence } = evaluatePolicy(shifted, target, {
    rewardRange: [-5, 5],
    resamples: 0,
  });
  near(
    estimates["snips"]!.value,
    10 * evaluatePolicy(rows, target, { resamples: 0 }).estimates["snips"]!.value - 5,
    1e-9,
  );
  const value = 10 * valueOf(world, target) - 5;
  assert.ok(sequence!.low < value && sequence!.high > value);
  assert.equal(evaluatePolicy(shifted, target).rejected["reward outside its range"], 600);
});
