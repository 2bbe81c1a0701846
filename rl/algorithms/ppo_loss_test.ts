import assert from "node:assert/strict";
import { lossBench } from "./_testing.ts";
import { ppoLoss } from "./ppo_loss.ts";

const stats = () => ({ entropy: 0, approxKl: 0, clipFraction: 0 });

Deno.test("ppoLoss() passes a gradient that central differences confirm, clipped or not", () => {
  const { rows, choice, random, logp, error } = lossBench(16);
  const oldLogp = logp.map((value, i) => value + [-0.6, -0.1, 0.05, 0.6][i % 4]!);
  const all = { ...rows, advantage: random(16), oldLogp };
  const out = stats();
  for (const options of [{}, { clip: 0.1, entropyCoef: 0.2 }]) {
    const worst = error(() => ppoLoss(all, choice, options, out));
    assert.ok(worst < 1e-4, `${worst}`);
    assert.ok(out.clipFraction >= 0.5 && out.clipFraction < 1, `${out.clipFraction}`);
  }
});

Deno.test("ppoLoss() measures 0 divergence of a policy that has not moved", () => {
  const { rows, choice, random, logp } = lossBench(5);
  const out = stats();
  const advantage = random(5);
  const loss = ppoLoss({ ...rows, advantage, oldLogp: logp }, choice, { entropyCoef: 0 }, out);
  assert.ok(Math.abs(loss + advantage.reduce((sum, a) => sum + a, 0) / 5) < 1e-12);
  assert.ok(Math.abs(out.approxKl) < 1e-12);
  assert.equal(out.clipFraction, 0);
});

Deno.test("ppoLoss() holds the logarithm of a ratio in ±20, where the loss is flat", () => {
  const { rows, choice, logp } = lossBench(2);
  const all = { ...rows, advantage: new Float64Array([-1, -1]), oldLogp: logp.map((l) => l - 900) };
  const loss = ppoLoss(all, choice, { entropyCoef: 0 }, stats());
  assert.equal(loss, Math.exp(20));
  assert.ok(rows.logitsGrad.every((value) => Math.abs(value) === 0));
});
