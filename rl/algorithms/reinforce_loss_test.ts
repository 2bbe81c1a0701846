import assert from "node:assert/strict";
import { lossBench } from "./_testing.ts";
import { reinforceLoss } from "./reinforce_loss.ts";

Deno.test("reinforceLoss() passes a gradient that central differences confirm", () => {
  const { rows, choice, random, error } = lossBench(7);
  const all = { ...rows, advantage: random(7), weight: random(7).map(Math.abs) };
  for (const options of [{}, { entropyCoef: 0.3 }, { entropyCoef: 0, total: 19 }]) {
    const worst = error(() => reinforceLoss(all, choice, options));
    assert.ok(worst < 1e-4, `${worst}`);
  }
});

Deno.test("reinforceLoss() is not finite when an advantage or a logit is not", () => {
  const { rows, choice, random, net } = lossBench(3);
  const all = { ...rows, advantage: random(3), weight: random(3) };
  all.advantage[1] = NaN;
  assert.ok(!Number.isFinite(reinforceLoss(all, choice)));
  all.advantage[1] = 0;
  net.output[5] = Infinity;
  assert.ok(!Number.isFinite(reinforceLoss(all, choice)));
});
