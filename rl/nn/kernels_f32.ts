import { multiply } from "./_multiply.ts";
import { rationalTanh } from "./rational_tanh.ts";
import type { Kernels } from "./types.ts";

/** What products start from that start from nothing; it grows. */
let zeros = new Float32Array(64);

/**
 * The default kernels: arrays of single precision, products in blocks of four by four with sums in
 * double precision, and a rational tanh.
 *
 * Source of the formulas: Goodfellow, Bengio, Courville, "Deep Learning", section 6.5; of Adam:
 * Kingma and Ba, "Adam", ICLR 2015, algorithm 1.
 */
export const kernelsF32: Kernels<Float32Array> = {
  name: "f32",
  alloc: (length) => new Float32Array(length),
  affine(x, w, b, y, rows, ins, outs) {
    multiply(x, ins, 1, w, ins, 1, y, rows, outs, ins, b, 0);
  },
  affineInputGrad(dy, w, dx, rows, ins, outs) {
    if (zeros.length < ins) zeros = new Float32Array(ins);
    multiply(dy, outs, 1, w, 1, ins, dx, rows, ins, outs, zeros, 0);
  },
  affineWeightGrad(x, dy, dw, db, rows, ins, outs) {
    multiply(dy, 1, outs, x, 1, ins, dw, outs, ins, rows, dw, ins);
    for (let o = 0; o < outs; o++) {
      let sum = 0;
      for (let r = 0, at = o; r < rows; r++, at += outs) sum += dy[at]!;
      db[o]! += sum;
    }
  },
  tanh(x, length) {
    for (let i = 0; i < length; i++) x[i] = rationalTanh(x[i]!);
  },
  tanhGrad(y, dy, length) {
    for (let i = 0; i < length; i++) dy[i]! *= 1 - y[i]! * y[i]!;
  },
  adam(p, g, m, v, { rate, root, beta1, beta2, eps }) {
    for (let i = 0; i < p.length; i++) {
      const gradient = g[i]!;
      const mean = beta1 * m[i]! + (1 - beta1) * gradient;
      const square = beta2 * v[i]! + (1 - beta2) * gradient * gradient;
      m[i] = mean;
      v[i] = square;
      p[i]! -= rate * mean / (Math.sqrt(square) * root + eps);
    }
  },
};
