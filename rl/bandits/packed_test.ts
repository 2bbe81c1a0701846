import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { sampleNormal } from "../sample/mod.ts";
import { invert, quadratic, triangle } from "./_packed.ts";
import { close, solve } from "./_testing.ts";

Deno.test("invert() gives the inverse of A + λI", () => {
  const rng = createRng(1);
  for (const d of [1, 2, 5, 17]) {
    const full = Array.from({ length: d }, () => new Array<number>(d).fill(0));
    for (let n = 0; n < d + 3; n++) {
      const x = Array.from({ length: d }, () => sampleNormal(rng));
      x.forEach((xi, i) => x.forEach((xj, j) => full[i]![j] = full[i]![j]! + xi * xj));
    }
    const packed = new Float64Array(3 + triangle(d));
    full.forEach((row, i) =>
      row.slice(0, i + 1).forEach((v, j) => packed[3 + triangle(i) + j] = v)
    );
    const inverse = invert(packed, 3, d, 0.5)!;
    full.forEach((row, i) => row[i] = row[i]! + 0.5);
    for (let i = 0; i < d; i++) {
      const unit = Array.from({ length: d }, (_, j) => i === j ? 1 : 0);
      const column = solve(full, unit).slice(0, i + 1);
      assert.ok(close(inverse.slice(triangle(i), triangle(i) + i + 1), column, 1e-8));
    }
  }
});

Deno.test("invert() is undefined for a matrix that is not positive definite", () => {
  assert.equal(invert(Float64Array.of(1, 2, 1), 0, 2, 0), undefined);
  assert.equal(invert(Float64Array.of(NaN), 0, 1, 1), undefined);
});

Deno.test("quadratic() is xᵀAx for even and odd sizes", () => {
  for (const d of [1, 2, 3, 4, 5]) {
    const a = Float64Array.from({ length: 2 + triangle(d) }, (_, i) => Math.sin(i));
    const x = Float64Array.from({ length: d }, (_, i) => Math.cos(i));
    let sum = 0;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        sum += x[i]! * x[j]! * a[2 + triangle(Math.max(i, j)) + Math.min(i, j)]!;
      }
    }
    assert.ok(close([quadratic(a, 2, x, d)], [sum], 1e-12), `${d}`);
  }
});
