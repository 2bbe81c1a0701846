import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "../rng.ts";
import { orthogonal } from "./orthogonal.ts";

Deno.test("orthogonal() makes vectors of the shorter side orthogonal, of length gain", () => {
  const side = fc.integer({ min: 1, max: 20 });
  fc.assert(fc.property(side, side, fc.integer(), (rows, cols, seed) => {
    const w = orthogonal(rows, cols, 0.5, createRng(seed));
    const wide = rows <= cols;
    const entry = (v: number, k: number) => wide ? w[v * cols + k]! : w[k * cols + v]!;
    for (let a = 0; a < Math.min(rows, cols); a++) {
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let k = 0; k < Math.max(rows, cols); k++) dot += entry(a, k) * entry(b, k);
        assert.ok(Math.abs(dot - (a === b ? 0.25 : 0)) < 1e-12);
      }
    }
  }));
});

Deno.test("orthogonal() draws directions evenly", () => {
  // Of an even distribution over rotations in 3 dimensions each entry has mean 0 and variance 1/3.
  const rng = createRng(11);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < 3000; i++) {
    const first = orthogonal(3, 3, 1, rng)[0]!;
    sum += first / 3000;
    squares += first ** 2 / 3000;
  }
  assert.ok(Math.abs(sum) < 4 / Math.sqrt(9000), `${sum}`);
  assert.ok(Math.abs(squares - 1 / 3) < 0.025, `${squares}`);
});

Deno.test("orthogonal() refuses sides that are none", () => {
  assert.throws(() => orthogonal(0, 2, 1, createRng(1)), /0 x 2/);
});
