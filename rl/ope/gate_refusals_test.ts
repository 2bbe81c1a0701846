// What the gate refuses: broken logs, damaged states, thresholds that are none.
import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import type { GateOptions, GateRow, GateState, GateVerdict } from "./gate_types.ts";
import { judgeChallenger } from "./judge_challenger.ts";
import { mixPolicies } from "./mix_policies.ts";
import { startGate } from "./start_gate.ts";
import { better, ended, floor, replay, rivals } from "./_test_replay.ts";
import { logOf } from "./_test_world.ts";

Deno.test("judgeChallenger() refuses logs with broken propensities", () => {
  for (const propensity of [1 / 3, 0.5]) {
    const { verdict, decisions } = replay({
      seed: 4,
      steps: 600,
      world: () => better,
      until: ended,
      change: (row) => ({ ...row, propensity }),
    });
    assert.equal(verdict.decision, "refuse");
    assert.match(verdict.reasons.join(), /mean weight, beside 3 standard errors/);
    assert.ok(!decisions.has("start canary"));
  }
});

Deno.test("judgeChallenger() refuses logs of unusable rows, with counts", () => {
  const rows: GateRow[] = logOf(better, rivals.champion, 400, createRng(5));
  const breaks: [string, (row: GateRow) => GateRow][] = [
    ["impossible propensity", (row) => ({ ...row, propensity: 0 })],
    ["reward missing or not finite", (row) => ({ ...row, reward: NaN })],
    ["action outside the mask", (row) => ({ ...row, mask: [false, false, false] })],
    ["reward outside its range", (row) => ({ ...row, reward: 7 })],
  ];
  for (const [reason, broken] of breaks) {
    const some = rows.map((row, i) => i % 10 === 0 ? broken(row) : row);
    const { verdict } = judgeChallenger(startGate({ floor }), some, rivals);
    assert.equal(verdict.decision, "refuse");
    assert.deepEqual(verdict.rejected, { [reason]: 40 });
    assert.equal(verdict.n, 360);

    const all = judgeChallenger(startGate({ floor }), rows.map(broken), rivals);
    assert.equal(all.verdict.decision, "refuse");
    assert.deepEqual(JSON.parse(JSON.stringify(all.verdict)), all.verdict);
  }
});

Deno.test("judgeChallenger() stops playing when the log breaks in the canary", () => {
  let played = 0;
  const { verdict, decisions } = replay({
    seed: 6,
    steps: 3000,
    options: { stageDecisions: 500 },
    world: () => better,
    until: ({ decision, play, phase }) =>
      ended({ decision } as GateVerdict) ||
      decision === "refuse" && phase === "canary" && play === 0,
    change: (row) => ++played > 600 ? { ...row, propensity: 1 } : row,
  });
  assert.ok(decisions.has("start canary"));
  assert.equal(verdict.decision, "refuse");
  assert.equal(verdict.play, 0);
});

Deno.test("judgeChallenger() stays shut for too large weights and wants without rows", () => {
  const rows = logOf(better, rivals.champion, 1500, createRng(7));
  const names = (verdict: GateVerdict) =>
    verdict.checks.filter(({ ok }) => !ok).map(({ name }) => name);
  assert.deepEqual(names(judgeChallenger(startGate({ floor }), rows, rivals).verdict), ["f"]);

  const high = judgeChallenger(startGate({ floor: 0.5 }), rows, rivals).verdict;
  assert.equal(high.decision, "refuse", "what is left out is what speaks for the challenger");
  assert.match(high.reasons.join(), /\(b\) largest weight is 3, not <= 2/);
  assert.equal(judgeChallenger(startGate({ floor: 0.9 }), rows, rivals).verdict.decision, "refuse");

  // The last action is wanted, but was never taken.
  const four = rows.map((row) => ({ ...row, mask: [true, true, true, true] }));
  const wants = (p: number[]) => ({ probs: () => p });
  const blind = judgeChallenger(startGate({ floor }), four, {
    champion: wants([0.6, 0.2, 0.2, 0]),
    challenger: wants([0.19, 0.6, 0.2, 0.01]),
  }).verdict;
  assert.match(blind.reasons.join(), /\(b\) support violations is 1500, not <= 0/);
});

Deno.test("judgeChallenger() refuses damaged states and unknown versions", () => {
  const rows = logOf(better, rivals.champion, 20, createRng(15));
  const whole = judgeChallenger(startGate({ floor, guards: { cost: {} } }), rows, rivals).state;
  const damaged: Record<string, unknown>[] = [
    { phase: "asleep" },
    { stage: 9 },
    { stageDone: -1 },
    { play: 2 },
    { n: NaN },
    { played: 1e9 },
    { rewards: -1 },
    { rejected: { "impossible propensity": -1 } },
    { underFloor: 0.5 },
    { champion: { ...whole.champion, sum: null } },
    { challenger: undefined },
    { support: { ...whole.support, taken: [1] } },
    { better: { ...whole.better, alpha: 0.9 } },
    { better: undefined },
    { worse: { ...whole.worse, capital: [] } },
    { value: { ...whole.value, least: -1 } },
    { missing: undefined },
    { missing: { ...whole.missing, n: 21 } },
    { missing: { ...whole.missing, more: { ...whole.missing.more, least: -1 } } },
    { guards: {} },
    { thresholds: undefined },
    { thresholds: { ...whole.thresholds, alpha: 7 } },
  ];
  for (const change of damaged) {
    const state = { ...whole, ...change } as unknown as GateState;
    assert.throws(() => judgeChallenger(state, [], rivals), RangeError, JSON.stringify(change));
  }
  for (const state of [{ ...whole, v: 3 }, null, "state"]) {
    assert.throws(
      () => judgeChallenger(state as unknown as GateState, [], rivals),
      /version .*, known is 2/,
    );
  }
});

Deno.test("judgeChallenger() waits without rows, and throws on a policy that is none", () => {
  const { verdict } = judgeChallenger(startGate({ floor }), [], rivals);
  assert.equal(verdict.decision, "wait");
  const rows = logOf(better, rivals.champion, 1, createRng(1));
  assert.throws(
    () =>
      judgeChallenger(startGate({ floor }), rows, { ...rivals, challenger: { probs: () => [] } }),
    /probabilities that are none/,
  );
});

Deno.test("startGate() refuses thresholds out of their range", () => {
  const bad: Partial<GateOptions>[] = [
    { floor: 0 },
    { floor: 1.5 },
    { alpha: 0 },
    { challengers: 0 },
    { rewardRange: [1, 0] },
    { minEss: NaN },
    { essShare: 2 },
    { stages: [] },
    { stages: [0.5] },
    { stages: [0.5, 0.2, 1] },
    { stageDecisions: 0 },
    { budget: -0.1 },
    { maxRejected: NaN },
    { guards: { cost: { delta: 1 } } },
    { guards: { cost: { range: [0, 0] } } },
  ];
  for (const options of bad) {
    assert.throws(() => startGate({ floor, ...options }), RangeError, JSON.stringify(options));
  }
});

Deno.test("mixPolicies() mixes with a floor for what is available", () => {
  const [one, other] = [{ probs: () => [1, 0, 0] }, { probs: () => [0, 1, 0] }];
  const mixed = (kappa: number, floor: number, mask: boolean[]) =>
    Array.from(mixPolicies(one, other, { kappa, floor }).probs([], mask));
  assert.deepEqual(mixed(0.25, 0, [true, true, true]), [0.75, 0.25, 0]);
  const floored = mixed(0.25, 0.1, [true, true, true]);
  assert.ok(Math.abs(floored[0]! - (0.7 * 0.75 + 0.1)) < 1e-12 && floored[2] === 0.1);
  assert.equal(mixed(0, 0.1, [true, true, false])[2], 0);
  assert.deepEqual(mixed(0.5, 1, [true, true, false]), [0.5, 0.5, 0]);
  assert.deepEqual(mixed(0.5, 0.1, [false, false, false]), [0, 0, 0]);
  for (const bad of [{ kappa: 2 }, { kappa: NaN }, { kappa: 0, floor: -1 }]) {
    assert.throws(() => mixPolicies(one, other, bad), /from 0 to 1/);
  }
});
