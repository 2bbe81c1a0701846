import type { Kernels } from "./types.ts";

/**
 * Reference kernels: double precision, plain loops, `Math.tanh`. Gradient checks run on them, and
 * the fast kernels are compared with them.
 *
 * Source of the formulas: Goodfellow, Bengio, Courville, "Deep Learning", section 6.5; of Adam:
 * Kingma and Ba, "Adam", ICLR 2015, algorithm 1.
 */
export const kernelsF64: Kernels<Float64Array> = {
  name: "f64",
  alloc: (length) => new Float64Array(length),
  affine(x, w, b, y, rows, ins, outs) {
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < outs; o++) {
        let sum = b[o]!;
        for (let i = 0; i < ins; i++) sum += x[r * ins + i]! * w[o * ins + i]!;
        y[r * outs + o] = sum;
      }
    }
  },
  affineInputGrad(dy, w, dx, rows, ins, outs) {
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < ins; i++) {
        let sum = 0;
        for (let o = 0; o < outs; o++) sum += dy[r * outs + o]! * w[o * ins + i]!;
        dx[r * ins + i] = sum;
      }
    }
  },
  affineWeightGrad(x, dy, dw, db, rows, ins, outs) {
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < outs; o++) {
        const d = dy[r * outs + o]!;
        db[o]! += d;
        for (let i = 0; i < ins; i++) dw[o * ins + i]! += d * x[r * ins + i]!;
      }
    }
  },
  tanh(x, length) {
    for (let i = 0; i < length; i++) x[i] = Math.tanh(x[i]!);
  },
  tanhGrad(y, dy, length) {
    for (let i = 0; i < length; i++) dy[i]! *= 1 - y[i]! * y[i]!;
  },
  adam(p, g, m, v, { rate, root, beta1, beta2, eps }) {
    for (let i = 0; i < p.length; i++) {
      m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
      v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!;
      p[i]! -= rate * m[i]! / (Math.sqrt(v[i]!) * root + eps);
    }
  },
};
