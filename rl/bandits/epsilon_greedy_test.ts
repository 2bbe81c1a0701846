import assert from "node:assert/strict";
import { close } from "./_testing.ts";
import { createEpsilonGreedy } from "./mod.ts";

const ARMS = ["a", "b", "c", "d"];
const ALL = [true, true, true, true];

Deno.test("createEpsilonGreedy() shares the greedy part evenly among the best open arms", () => {
  const bandit = createEpsilonGreedy(ARMS, { epsilon: 0.2 });
  for (const arm of [1, 2]) bandit.update(arm, 0.5);
  assert.ok(close(bandit.probs(ALL), [0.05, 0.45, 0.45, 0.05]));
  assert.ok(close(bandit.probs([true, false, true, true]), [0.2 / 3, 0, 0.2 / 3 + 0.8, 0.2 / 3]));
  assert.ok(close(bandit.probs([true, false, false, true]), [0.5, 0, 0, 0.5]));
});

Deno.test("createEpsilonGreedy() believes in the mean of the rewards", () => {
  const bandit = createEpsilonGreedy(ARMS);
  for (const reward of [1, 0, 0.5, 0.1]) bandit.update(2, reward);
  assert.ok(Math.abs(bandit.estimate(2).mean - 0.4) < 1e-15);
  assert.equal(bandit.estimate(2).count, 4);
  assert.equal(bandit.estimate(0).mean, 0);
});

Deno.test("createEpsilonGreedy() moves by a constant step from the optimistic start", () => {
  const bandit = createEpsilonGreedy(ARMS, { alpha: 0.1, initial: 5, epsilon: 0 });
  bandit.update(0, 1);
  bandit.update(0, 0);
  assert.ok(Math.abs(bandit.estimate(0).mean - (5 + 0.1 * (1 - 5)) * 0.9) < 1e-12);
  assert.ok(close(bandit.probs(ALL), [0, 1 / 3, 1 / 3, 1 / 3]), "the untried are still best");
});

Deno.test("createEpsilonGreedy() lets epsilon decay as min(1, cK/(d²t))", () => {
  const bandit = createEpsilonGreedy(ARMS, { decayC: 2, decayD: 0.5 });
  for (let t = 1; t <= 100; t++) {
    const epsilon = Math.min(1, 2 * 4 / (0.25 * t));
    const expected = t === 1 ? 0.25 : epsilon / 4;
    assert.ok(Math.abs(bandit.probs(ALL)[3]! - expected) < 1e-12, `at ${t}`);
    bandit.update(0, 1);
  }
});

Deno.test("createEpsilonGreedy() refuses options out of range", () => {
  const bad = [{ epsilon: 1.1 }, { epsilon: NaN }, { alpha: -1 }, { decayD: 0 }, { decayC: -1 }];
  for (const options of [...bad, { initial: Infinity }]) {
    assert.throws(() => createEpsilonGreedy(ARMS, options), /option \w+ is .*expected/);
  }
});

Deno.test("estimate() of a mean is Wilson's interval", () => {
  const bandit = createEpsilonGreedy(ARMS);
  for (let i = 0; i < 10; i++) bandit.update(0, i < 3 ? 1 : 0);
  const { low, high } = bandit.estimate(0);
  // (p + z²/2n ± z√(p(1-p)/n + z²/4n²)) / (1 + z²/n) for p = 0.3, n = 10, z = 2.
  assert.ok(close([low, high], [0.1056169, 0.6086688], 1e-6), `${low} ${high}`);
  assert.deepEqual(bandit.estimate(1), { mean: 0, low: 0, high: 1, count: 0 });
});
