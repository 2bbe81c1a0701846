import { decodeNumbers } from "./decode_numbers.ts";
import { type EncodedNumbers, encodeNumbers } from "./encode_numbers.ts";
import { kernelsF32 } from "./kernels_f32.ts";
import type { Kernels, Numbers } from "./types.ts";

/** Options of {@linkcode createAdam}. */
export interface AdamOptions {
  /** Learning rate. Default 1e-3. */
  readonly lr?: number;
  /** Decay of the mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Added to the denominator. Default 1e-8; PPO uses 1e-5. */
  readonly eps?: number;
  /** Default the single-precision ones; those of the parameters. */
  readonly kernels?: Kernels;
}

/** Where an optimiser stands: plain JSON. */
export interface AdamSnapshot {
  /** Steps taken. */
  readonly t: number;
  /** Mean of gradients. */
  readonly m: EncodedNumbers;
  /** Mean of squared gradients. */
  readonly v: EncodedNumbers;
}

/** The optimiser of some parameters. */
export interface Adam {
  /** Moves the parameters against the gradient; `lr` overrides the rate for this step. */
  step(params: Numbers, grads: Numbers, lr?: number): void;
  /** Where it stands. */
  snapshot(): AdamSnapshot;
  /**
   * Reads a snapshot without changing anything yet.
   *
   * @returns what takes it over.
   * @throws {RangeError} when it is damaged or of another number of parameters.
   */
  restore(snapshot: AdamSnapshot): () => void;
}

/**
 * Adam for a fixed number of parameters.
 *
 * Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
 *
 * @param size how many parameters.
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { createAdam } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const adam = createAdam(1, { lr: 0.1 });
 * const x = new Float32Array([1]);
 * for (let i = 0; i < 200; i++) adam.step(x, x.map((value) => 2 * value));
 * assert.ok(Math.abs(x[0]!) < 1e-3); // the minimum of x²
 * ```
 */
export function createAdam(size: number, options: AdamOptions = {}): Adam {
  const { lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, kernels = kernelsF32 } = options;
  if (!(lr >= 0 && lr < Infinity && eps > 0 && [beta1, beta2].every((b) => b >= 0 && b < 1))) {
    throw new RangeError(`lr from 0, betas in [0, 1), eps above 0: ${[lr, beta1, beta2, eps]}`);
  }
  const m = kernels.alloc(size);
  const v = kernels.alloc(size);
  let t = 0;
  const numbers = { rate: lr, root: 1, beta1, beta2, eps };

  return {
    step(params, grads, rate = lr) {
      t++;
      numbers.rate = rate / (1 - beta1 ** t);
      numbers.root = 1 / Math.sqrt(1 - beta2 ** t);
      kernels.adam(params, grads, m, v, numbers);
    },
    snapshot: () => ({ t, m: encodeNumbers(m), v: encodeNumbers(v) }),
    restore(snapshot) {
      const nextM = decodeNumbers(snapshot.m, size);
      const nextV = decodeNumbers(snapshot.v, size);
      if (!Number.isSafeInteger(snapshot.t) || snapshot.t < 0) {
        throw new RangeError(`not a number of steps of an optimiser: ${snapshot.t}`);
      }
      return () => {
        m.set(nextM);
        v.set(nextV);
        t = snapshot.t;
      };
    },
  };
}
