import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "../rng.ts";
import { kernelsF64 } from "./kernels_f64.ts";
import type { Kernels, Numbers } from "./types.ts";

const side = fc.integer({ min: 1, max: 19 });
const shapes = fc.record({ rows: side, ins: side, outs: side, seed: fc.integer() });

/** The same numbers for every kernel, from -1 to 1. */
function filled(kernels: Kernels, length: number, seed: number): Numbers {
  const rng = createRng(seed);
  const out = kernels.alloc(length);
  for (let i = 0; i < length; i++) out[i] = Math.fround(rng.float() * 2 - 1);
  return out;
}

/** What every set of kernels must pass. */
export function testKernels(kernels: Kernels): void {
  const { name } = kernels;

  Deno.test(`${name} kernels do what the reference does, whatever the shape`, () => {
    fc.assert(
      fc.property(shapes, ({ rows, ins, outs, seed }) => {
        const [tested, reference] = [kernels, kernelsF64 as Kernels].map((made) => {
          const x = filled(made, rows * ins, seed);
          const w = filled(made, outs * ins, seed + 1);
          const b = filled(made, outs, seed + 2);
          const dy = filled(made, rows * outs, seed + 3);
          const y = made.alloc(rows * outs);
          const dx = made.alloc(rows * ins);
          const dw = filled(made, outs * ins, seed + 4);
          const db = filled(made, outs, seed + 5);
          made.affine(x, w, b, y, rows, ins, outs);
          made.affineInputGrad(dy, w, dx, rows, ins, outs);
          made.affineWeightGrad(x, dy, dw, db, rows, ins, outs);
          made.tanh(x, x.length);
          made.tanhGrad(y, dy, dy.length);
          return { x, w, b, y, dx, dw, db, dy };
        });
        for (const [part, wanted] of Object.entries(reference!)) {
          const found = tested![part as keyof typeof tested]!;
          wanted.forEach((value, i) =>
            assert.ok(Math.abs(found[i]! - value) < 1e-5, `${part}: ${found} != ${wanted}`)
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  Deno.test(`${name} kernels give a row the same bits whatever lies around it`, () => {
    fc.assert(
      fc.property(shapes, ({ rows, ins, outs, seed }) => {
        const x = filled(kernels, rows * ins, seed);
        const w = filled(kernels, outs * ins, seed + 1);
        const b = filled(kernels, outs, seed + 2);
        const all = kernels.alloc(rows * outs);
        const one = kernels.alloc(outs);
        kernels.affine(x, w, b, all, rows, ins, outs);
        for (let r = 0; r < rows; r++) {
          kernels.affine(x.subarray(r * ins), w, b, one, 1, ins, outs);
          assert.deepEqual([...one], [...all.subarray(r * outs, (r + 1) * outs)]);
        }
      }),
      { numRuns: 40 },
    );
  });

  Deno.test(`${name} kernels take the steps of Adam's paper`, () => {
    for (const size of [1, 4, 7]) {
      const [p, g, m, v] = [1, 0.5, 0, 0].map((value) => kernels.alloc(size).fill(value));
      const [beta1, beta2, eps, lr] = [0.9, 0.999, 1e-8, 0.1];
      let [wanted, mean, square] = [1, 0, 0];
      for (let t = 1; t <= 3; t++) {
        g!.fill(0.5 / t);
        const [rate, root] = [lr / (1 - beta1 ** t), 1 / Math.sqrt(1 - beta2 ** t)];
        kernels.adam(p!, g!, m!, v!, { rate, root, beta1, beta2, eps });
        mean = beta1 * mean + (1 - beta1) * g![0]!;
        square = beta2 * square + (1 - beta2) * g![0]! ** 2;
        wanted -= lr * mean / (1 - beta1 ** t) / (Math.sqrt(square / (1 - beta2 ** t)) + eps);
        p!.forEach((value) => assert.ok(Math.abs(value - wanted) < 1e-6, `${value} ${wanted}`));
      }
    }
  });

  Deno.test(`${name} kernels pass on what is no number`, () => {
    const x = kernels.alloc(6).fill(NaN);
    kernels.tanh(x, 6);
    assert.ok(x.every(Number.isNaN));
    const y = kernels.alloc(3);
    kernels.affine(x, kernels.alloc(6), kernels.alloc(1), y, 3, 2, 1);
    assert.ok(y.every(Number.isNaN));
  });
}
