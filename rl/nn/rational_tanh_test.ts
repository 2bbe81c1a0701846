import assert from "node:assert/strict";
import { BOTTOM, LIMIT, TOP } from "./_tanh_fit.ts";
import { rationalTanh } from "./rational_tanh.ts";

Deno.test("rationalTanh() stays within 3e-8 of Math.tanh everywhere and is odd", () => {
  let worst = 0;
  for (let x = -20; x <= 20; x += 1 / 4096) {
    worst = Math.max(worst, Math.abs(rationalTanh(x) - Math.tanh(x)));
    assert.equal(rationalTanh(-x), -rationalTanh(x));
  }
  assert.ok(worst < 3.1e-8, `${worst}`);
});

Deno.test("rationalTanh() keeps the sign of tiny numbers, saturates, and passes NaN on", () => {
  assert.ok(Math.abs(rationalTanh(1e-6) / 1e-6 - 1) < 1e-6);
  assert.equal(Math.fround(rationalTanh(1e300)), 1);
  assert.equal(Math.fround(rationalTanh(-Infinity)), -1);
  assert.ok(Number.isNaN(rationalTanh(NaN)));
});

Deno.test("rationalTanh() and the vector kernels are made of the same numbers", () => {
  for (let x = 0; x <= LIMIT; x += 1 / 16) {
    const of = (coefficients: readonly number[]) =>
      coefficients.reduceRight((sum, coefficient) => coefficient + x * x * sum, 0);
    assert.equal(rationalTanh(x), x * of(TOP) / of(BOTTOM));
  }
  assert.equal(rationalTanh(2 * LIMIT), rationalTanh(LIMIT));
});
