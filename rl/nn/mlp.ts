import type { Rng } from "../rng.ts";
import { kernelsF32 } from "./kernels_f32.ts";
import { mlpSize } from "./mlp_size.ts";
import { orthogonal } from "./orthogonal.ts";
import type { Kernels, Numbers } from "./types.ts";

/** Options of {@linkcode createMlp}. */
export interface MlpOptions {
  /** Numbers of the input, of each hidden layer and of the output: `[4, 64, 64, 2]`. */
  readonly sizes: readonly number[];
  /** The most rows that are passed through at once. */
  readonly maxRows: number;
  /** Draws the first weights; without it all are zero, to be filled by the caller. */
  readonly rng?: Rng;
  /** Gain of the hidden layers. Default √2. */
  readonly hiddenGain?: number;
  /** Gain of the output: 0.01 for a policy, 1 for a value. Default 1. */
  readonly outGain?: number;
  /** Default the single-precision ones. */
  readonly kernels?: Kernels;
  /**
   * Where the weights live, of {@linkcode mlpSize} numbers: a part of a larger array of these
   * kernels.
   */
  readonly params?: Numbers;
  /** Where their gradient lives, of the same size. */
  readonly grads?: Numbers;
}

/** A network of fully connected layers with tanh between them and none at its end. */
export interface Mlp {
  /** Numbers of the input, of each hidden layer and of the output. */
  readonly sizes: readonly number[];
  /** All weights and biases, layer by layer: weights (a row an output), then biases. */
  readonly params: Numbers;
  /** Their gradient; `backward` adds to it, and whoever takes the step clears it. */
  readonly grads: Numbers;
  /** Write the rows here before `forward`. */
  readonly input: Numbers;
  /** What `forward` made of them. */
  readonly output: Numbers;
  /** Write the gradient of the loss to `output` here before `backward`. */
  readonly outputGrad: Numbers;
  /**
   * Passes the first `rows` rows through.
   *
   * @throws {RangeError} when there are more than it was made for.
   */
  forward(rows: number): void;
  /** Passes the gradient of the same rows back. */
  backward(rows: number): void;
}

/**
 * Makes a network. All its arrays are made now, none at a step.
 *
 * Source: Goodfellow, Bengio, Courville, "Deep Learning", algorithms 6.3 and 6.4.
 *
 * @throws {RangeError} when sizes or `maxRows` are no integers from 1, or an array is too small.
 *
 * @example
 * ```ts
 * import { createMlp, createRng } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const net = createMlp({ sizes: [2, 8, 1], maxRows: 4, rng: createRng(7) });
 * net.input.set([0.5, -1]);
 * net.forward(1);
 * net.outputGrad[0] = 1;
 * net.backward(1);
 * assert.ok(Number.isFinite(net.output[0]));
 * assert.equal(net.grads.at(-1), 1); // of the bias of the output
 * ```
 */
export function createMlp(options: MlpOptions): Mlp {
  const { sizes, maxRows, rng, kernels = kernelsF32 } = options;
  const { hiddenGain = Math.SQRT2, outGain = 1 } = options;
  if (sizes.length < 2 || ![...sizes, maxRows].every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new RangeError(
      `not a network: sizes ${sizes}, maxRows ${maxRows}; expected at least two sizes, all from 1`,
    );
  }
  const size = mlpSize(sizes);
  const params = options.params ?? kernels.alloc(size);
  const grads = options.grads ?? kernels.alloc(size);
  if (params.length !== size || grads.length !== size) {
    throw new RangeError(`${params.length} weights for a network of ${size}`);
  }
  const rows = sizes.map((width) => kernels.alloc(maxRows * width));
  const rowGrads = sizes.map((width, i) => kernels.alloc(i === 0 ? 0 : maxRows * width));
  let at = 0;
  const layers = sizes.slice(1).map((outs, i) => {
    const ins = sizes[i]!;
    const [w, b] = [at, at + ins * outs];
    at = b + outs;
    if (rng) {
      const gain = i === sizes.length - 2 ? outGain : hiddenGain;
      params.set(orthogonal(outs, ins, gain, rng), w);
      params.fill(0, b, at);
    }
    return {
      ins,
      outs,
      hidden: i < sizes.length - 2,
      w: params.subarray(w, b),
      b: params.subarray(b, at),
      dw: grads.subarray(w, b),
      db: grads.subarray(b, at),
      x: rows[i]!,
      y: rows[i + 1]!,
      dx: rowGrads[i]!,
      dy: rowGrads[i + 1]!,
    };
  });

  return {
    sizes,
    params,
    grads,
    input: rows[0]!,
    output: rows.at(-1)!,
    outputGrad: rowGrads.at(-1)!,
    forward(count) {
      if (!(count >= 0 && count <= maxRows)) {
        throw new RangeError(`${count} rows for a network made for at most ${maxRows}`);
      }
      for (let i = 0; i < layers.length; i++) {
        const { x, w, b, y, ins, outs, hidden } = layers[i]!;
        kernels.affine(x, w, b, y, count, ins, outs);
        if (hidden) kernels.tanh(y, count * outs);
      }
    },
    backward(count) {
      for (let i = layers.length - 1; i >= 0; i--) {
        const { x, w, y, dw, db, dx, dy, ins, outs, hidden } = layers[i]!;
        if (hidden) kernels.tanhGrad(y, dy, count * outs);
        kernels.affineWeightGrad(x, dy, dw, db, count, ins, outs);
        if (i > 0) kernels.affineInputGrad(dy, w, dx, count, ins, outs);
      }
    },
  };
}
