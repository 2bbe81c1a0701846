import fc from "fast-check";
import assert from "node:assert/strict";
import { raise } from "./_boltzmann.ts";
import { close } from "./_testing.ts";
import { createGradient, createSoftmax } from "./mod.ts";

const ARMS = ["a", "b", "c"];

Deno.test("createSoftmax() prefers in proportion to exp(λQ)", () => {
  const bandit = createSoftmax(ARMS, { lambda: 2, floor: 0 });
  bandit.update(0, 1);
  bandit.update(1, 0.5);
  bandit.update(2, 0);
  const [a, b, c] = bandit.probs([true, true, true]) as unknown as [number, number, number];
  assert.ok(close([a / b, b / c, a + b + c], [Math.E, Math.E, 1]));
  assert.ok(
    close(bandit.probs([true, false, true]), [
      1 / (1 + Math.exp(-2)),
      0,
      Math.exp(-2) / (1 + Math.exp(-2)),
    ]),
  );
});

Deno.test("createSoftmax() raises the least probability to its share of the floor", () => {
  const bandit = createSoftmax(ARMS, { lambda: 1000, floor: 0.3 });
  bandit.update(0, 1);
  assert.ok(close(bandit.probs([true, true, true]), [0.8, 0.1, 0.1]));
  assert.ok(
    close(createSoftmax(ARMS, { floor: 1 }).probs([true, true, true]), [1 / 3, 1 / 3, 1 / 3]),
  );
});

Deno.test("raise() is the projection on distributions with a least probability", () => {
  const weights = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), {
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (given, floor) => {
      const n = given.length;
      const sum = given.reduce((a, b) => a + b);
      const before = Float64Array.from(given, (w) => w / sum);
      const out = before.slice();
      const least = floor / n;
      raise(out, Int32Array.from(given.keys()), n, least);
      assert.ok(Math.abs(out.reduce((a, b) => a + b) - 1) < 1e-12);
      assert.ok(out.every((p) => p >= least - 1e-15));
      // The conditions of optimality: all above the least fell by one amount, no other fell more.
      const fallen = before.map((p, i) => p - out[i]!);
      const most = Math.max(...fallen);
      out.forEach((p, i) => {
        if (p > least + 1e-12) assert.ok(Math.abs(fallen[i]! - most) < 1e-12);
      });
    }),
    { seed: 2 },
  );
});

Deno.test("createGradient() moves preferences by the policy gradient with a baseline", () => {
  const bandit = createGradient(ARMS, { alpha: 0.5 });
  let h = [0, 0, 0];
  let average = 0;
  [[0, 1], [1, 0], [0, 0.7], [2, 0.2]].forEach(([arm, reward], t) => {
    bandit.update(arm!, reward!);
    average += (reward! - average) / (t + 1);
    const sum = h.reduce((s, x) => s + Math.exp(x), 0);
    h = h.map((x, b) => x + 0.5 * (reward! - average) * ((b === arm ? 1 : 0) - Math.exp(x) / sum));
    const now = h.reduce((s, x) => s + Math.exp(x), 0);
    assert.ok(close(bandit.probs([true, true, true]), h.map((x) => Math.exp(x) / now)));
  });
  assert.ok(close([bandit.estimate(0).mean], [0.85]));
});

Deno.test("createGradient() compares with 0 without a baseline", () => {
  const [withIt, without] = [true, false].map((baseline) => {
    const bandit = createGradient(ARMS, { baseline });
    bandit.update(0, 1);
    return bandit.probs([true, true, true]);
  });
  // The first reward is its own mean, so that nothing moves.
  assert.ok(close(withIt!, [1 / 3, 1 / 3, 1 / 3]));
  assert.ok(without![0]! > 0.34);
});

Deno.test("createSoftmax() and createGradient() refuse options out of range", () => {
  assert.throws(() => createSoftmax(ARMS, { lambda: -1 }), RangeError);
  assert.throws(() => createSoftmax(ARMS, { floor: 2 }), RangeError);
  assert.throws(() => createGradient(ARMS, { alpha: NaN }), RangeError);
  assert.throws(() => createGradient(ARMS, { baseline: 1 as unknown as boolean }), RangeError);
});
