import assert from "node:assert/strict";
import { lossBench } from "./_testing.ts";
import { grpoLoss } from "./grpo_loss.ts";

/** Three candidates of 4, 1 and 5 decisions, one of which is not active. */
function bench() {
  const made = lossBench(10);
  const rows = Object.assign(made.rows, {
    oldLogp: made.logp.map((value, i) =>
      value + (i < 4 ? -0.5 + i / 20 : [0.4, -0.1, 0.08][i % 3]!)
    ),
    refLogp: made.logp.map((value, i) => value + [0.3, -0.2, 0][i % 3]!),
    logp: new Float64Array(10),
    active: new Uint8Array(10).fill(1),
    sequences: 3,
    ends: new Int32Array([4, 5, 10]),
    advantage: new Float64Array([1.2, -0.7, 0.4]),
    weight: new Float64Array([0.1, 0.3, 0.2]),
  });
  rows.active[7] = 0;
  return { ...made, rows };
}

const stats = () => ({ tokens: 0, kl: 0, clipped: 0 });

for (const importanceLevel of ["token", "sequence"] as const) {
  Deno.test(`grpoLoss() by ${importanceLevel} passes a gradient that differences confirm`, () => {
    const { rows, choice, error } = bench();
    for (const options of [{}, { beta: 0.7 }, { epsilon: 0.05, epsilonHigh: 0.28, beta: 0.1 }]) {
      const out = stats();
      const worst = error(() => grpoLoss(rows, choice, { ...options, importanceLevel }, out));
      assert.ok(worst < 1e-4, `${worst}`);
      assert.ok(out.clipped > 0 && out.clipped < out.tokens);
    }
  });
}

Deno.test("grpoLoss() leaves decisions that are not active out of loss and gradient", () => {
  const { rows, choice } = bench();
  const options = { beta: 0.5, importanceLevel: "sequence" } as const;
  const out = stats();
  const before = grpoLoss(rows, choice, options, out);
  assert.equal(out.tokens, 9);
  assert.ok(rows.logitsGrad.subarray(7 * 4, 8 * 4).every((value) => value === 0));
  rows.oldLogp[7] = -9;
  rows.refLogp[7] = -9;
  assert.equal(grpoLoss(rows, choice, options, stats()), before);
});

Deno.test("grpoLoss() adds a divergence that is never negative, and 0 at the reference", () => {
  const { rows, choice, logp } = bench();
  rows.advantage.fill(0);
  const out = stats();
  assert.ok(grpoLoss(rows, choice, { beta: 1 }, out) > 0 && out.kl > 0);
  rows.refLogp.set(logp);
  assert.ok(Math.abs(grpoLoss(rows, choice, { beta: 1 }, stats())) < 1e-12);
});

Deno.test("grpoLoss() lets a ratio rise further than it may fall with epsilonHigh", () => {
  const { rows, choice, logp } = bench();
  rows.oldLogp.set(logp.map((value) => value - Math.log(1.25)));
  rows.advantage.fill(1);
  rows.weight.fill(1);
  const sum = (epsilonHigh: number) => grpoLoss(rows, choice, { epsilonHigh }, stats());
  assert.ok(Math.abs(sum(0.2) + 9 * 1.2) < 1e-12);
  assert.ok(Math.abs(sum(0.28) + 9 * 1.25) < 1e-12);
});
