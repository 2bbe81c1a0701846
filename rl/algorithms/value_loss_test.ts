import assert from "node:assert/strict";
import { lossBench } from "./_testing.ts";
import { valueLoss } from "./value_loss.ts";

Deno.test("valueLoss() passes a gradient that central differences confirm, clipped or not", () => {
  const { net, random, error } = lossBench(12, 1);
  const oldValue = (net.output as Float64Array).map((v, i) => v + [-0.5, -0.1, 0.1, 0.5][i % 4]!);
  const rows = {
    rows: 12,
    value: net.output,
    valueGrad: net.outputGrad,
    returns: random(12),
    oldValue,
  };
  for (const options of [{}, { clip: Infinity }, { coef: 2, clip: 0.05 }]) {
    const worst = error(() => valueLoss(rows, options));
    assert.ok(worst < 1e-4, `${worst}`);
  }
});

Deno.test("valueLoss() takes the worse of the free and the clipped value", () => {
  const of = (value: number, clip: number) =>
    valueLoss({
      rows: 1,
      value: new Float64Array([value]),
      valueGrad: new Float64Array(1),
      returns: new Float64Array([1]),
      oldValue: new Float64Array([0]),
    }, { coef: 1, clip });
  assert.equal(of(1, Infinity), 0);
  assert.ok(Math.abs(of(1, 0.2) - 0.5 * 0.8 ** 2) < 1e-12);
  assert.equal(of(3, 0.2), 2);
});
