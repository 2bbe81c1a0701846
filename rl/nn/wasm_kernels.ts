import { type WasmExports, wasmModule } from "./_wasm_module.ts";
import { createRng } from "../rng.ts";
import { kernelsF32 } from "./kernels_f32.ts";
import { BOTTOM, LIMIT, TOP } from "./_tanh_fit.ts";
import type { Kernels } from "./types.ts";

/** Options of {@linkcode createWasmKernels}. */
export interface WasmKernelsOptions {
  /** Bytes for all arrays; taken from the system as they are used. Default 64 MiB. */
  readonly bytes?: number;
}

const PAGE = 65536;

/**
 * Kernels in WebAssembly with 128-bit vectors: single precision, several times as fast as the
 * default ones, and the same numbers on every machine, though not those of the default ones to the
 * last bit. They are compared with the default ones before they are given out. Each call has its
 * own memory.
 *
 * Source of the blocking: Goto and van de Geijn, "Anatomy of high-performance matrix
 * multiplication", ACM TOMS 34(3), 2008; of Adam: Kingma and Ba, "Adam", ICLR 2015, algorithm 1.
 *
 * @throws {Error} when this runtime has no such vectors, or they compute something else; use
 * `kernelsF32` then.
 * @throws {RangeError} by `alloc`, when the memory is full.
 *
 * @example
 * ```ts
 * import { createMlp, createRng, createWasmKernels } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const sizes = [3, 16, 2];
 * const [fast, plain] = [{ kernels: createWasmKernels() }, {}].map((options) => {
 *   const net = createMlp({ sizes, maxRows: 1, rng: createRng(7), ...options });
 *   net.input.set([0.1, 0.2, 0.3]);
 *   net.forward(1);
 *   return net.output;
 * });
 * assert.ok(Math.abs(fast![0]! - plain![0]!) < 1e-6);
 * ```
 */
export function createWasmKernels(options: WasmKernelsOptions = {}): Kernels<Float32Array> {
  const { bytes = 64 * 1024 * 1024 } = options;
  if (!(bytes >= 1 && bytes <= 2 ** 31)) throw new RangeError(`not a size of a memory: ${bytes}`);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const buffer = memory.buffer as ArrayBuffer;
  let wasm: WasmExports;
  try {
    const module = new WebAssembly.Module(wasmModule(TOP, BOTTOM, LIMIT));
    wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as never;
  } catch (cause) {
    throw new Error("this runtime cannot run the vector kernels; use kernelsF32", { cause });
  }
  let used = 16;
  let scratch = new Float32Array(0);

  function alloc(length: number): Float32Array<ArrayBuffer> {
    const size = Math.ceil(length / 4) * 16;
    // Vectors are read past the end of the last array.
    if (used + size + 16 > buffer.byteLength) {
      throw new RangeError(`the memory of ${buffer.byteLength} bytes is full; give more (bytes)`);
    }
    const array = new Float32Array(buffer, used, length).fill(0); // the check has used it
    used += size;
    return array;
  }

  const ones = alloc(1).fill(1);
  let zeros = alloc(64);

  /** Where an array lies; one of another memory would be written to at random. */
  function at(array: Float32Array): number {
    if (array.buffer !== buffer) throw new TypeError("an array that alloc() of others has made");
    return array.byteOffset;
  }

  const kernels: Kernels<Float32Array> = {
    name: "wasm",
    alloc,
    affine(x, w, b, y, rows, ins, outs) {
      if (scratch.length < ins * outs) scratch = alloc(ins * outs);
      wasm.transpose(at(w), at(scratch), outs, ins);
      const [wide, high] = [ins * 4, outs * 4];
      wasm.multiply(at(x), wide, 4, at(scratch), high, at(y), high, rows, outs, ins, at(b), 0);
    },
    affineInputGrad(dy, w, dx, rows, ins, outs) {
      if (zeros.length < ins) zeros = alloc(ins);
      const [wide, high] = [ins * 4, outs * 4];
      wasm.multiply(at(dy), high, 4, at(w), wide, at(dx), wide, rows, ins, outs, at(zeros), 0);
    },
    affineWeightGrad(x, dy, dw, db, rows, ins, outs) {
      const [wide, high] = [ins * 4, outs * 4];
      wasm.multiply(at(dy), 4, high, at(x), wide, at(dw), wide, outs, ins, rows, at(dw), wide);
      wasm.multiply(at(ones), 0, 0, at(dy), high, at(db), high, 1, outs, rows, at(db), 0);
    },
    tanh: (x, length) => wasm.tanh(at(x), length),
    tanhGrad: (y, dy, length) => wasm.tanhGrad(at(y), at(dy), length),
    adam(p, g, m, v, step) {
      const whole = p.length & ~3;
      const { rate, root, beta1, beta2, eps } = step;
      // Rounded to single precision before, 1 - beta2 would be off in its fifth digit.
      const [rest1, rest2] = [1 - beta1, 1 - beta2];
      wasm.adam(
        at(p),
        at(g),
        at(m),
        at(v),
        whole,
        rate,
        root,
        beta1,
        rest1,
        beta2,
        rest2,
        eps,
      );
      if (whole === p.length) return;
      const [restP, restG, restM, restV] = [p, g, m, v].map((array) => array.subarray(whole));
      kernelsF32.adam(restP!, restG!, restM!, restV!, step);
    },
  };
  check(kernels);
  used = 16 + 16 + 256; // what the check has used is free again
  scratch = new Float32Array(0);
  return kernels;
}

/**
 * Throws unless the kernels do what the default ones do, on a shape that meets all their branches.
 */
function check(kernels: Kernels<Float32Array>): void {
  const [rows, ins, outs] = [5, 23, 7];
  const [wanted, found] = [kernelsF32, kernels].map((made) => {
    const rng = createRng(3);
    const make = (length: number) => {
      const array = made.alloc(length);
      for (let i = 0; i < length; i++) array[i] = rng.float() * 2 - 1;
      return array;
    };
    const [x, w, b, y] = [make(rows * ins), make(ins * outs), make(outs), make(rows * outs)];
    const [dx, dw, db] = [make(rows * ins), make(ins * outs), make(outs)];
    const [m, v] = [make(w.length), make(w.length).map((value) => value * value)];
    const square = made.alloc(w.length);
    square.set(v);
    made.affine(x, w, b, y, rows, ins, outs);
    made.tanh(y, y.length);
    const dy = made.alloc(y.length);
    dy.fill(0.5);
    made.tanhGrad(y, dy, dy.length);
    made.affineInputGrad(dy, w, dx, rows, ins, outs);
    made.affineWeightGrad(x, dy, dw, db, rows, ins, outs);
    made.adam(w, dw, m, square, { rate: 0.1, root: 1, beta1: 0.9, beta2: 0.99, eps: 1e-8 });
    return [y, dy, dx, dw, db, w, m, square];
  });
  for (const [i, array] of wanted!.entries()) {
    for (const [j, value] of array.entries()) {
      if (!(Math.abs(found![i]![j]! - value) < 1e-5)) {
        throw new Error("the vector kernels compute something else here; use kernelsF32");
      }
    }
  }
}
