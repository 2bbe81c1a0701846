/**
 * Small neural networks on typed arrays: kernels, a multi-layer perceptron, Adam, the masked
 * categorical distribution and what checks their gradients.
 *
 * @example
 * ```ts
 * import { clipGlobalNorm, createAdam, createMlp, createRng } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const net = createMlp({ sizes: [1, 16, 1], maxRows: 8, rng: createRng(7) });
 * const adam = createAdam(net.params.length, { lr: 0.01 });
 * const loss = () => {
 *   let sum = 0;
 *   for (let i = 0; i < 8; i++) net.input[i] = i / 4 - 1;
 *   net.forward(8);
 *   for (let i = 0; i < 8; i++) {
 *     const error = net.output[i]! - net.input[i]! ** 2;
 *     net.outputGrad[i] = error / 4;
 *     sum += error ** 2 / 8;
 *   }
 *   return sum;
 * };
 * for (let step = 0; step < 500; step++) {
 *   loss();
 *   net.grads.fill(0);
 *   net.backward(8);
 *   clipGlobalNorm(net.grads, 1);
 *   adam.step(net.params, net.grads);
 * }
 * assert.ok(loss() < 1e-3, "it has learned the square");
 * ```
 *
 * @module
 */
export * from "./adam.ts";
export * from "./categorical.ts";
export * from "./check_gradient.ts";
export * from "./clip_global_norm.ts";
export * from "./decode_numbers.ts";
export * from "./encode_numbers.ts";
export * from "./fast_kernels.ts";
export * from "./kernels_f32.ts";
export * from "./kernels_f64.ts";
export * from "./mlp.ts";
export * from "./mlp_size.ts";
export * from "./orthogonal.ts";
export * from "./rational_tanh.ts";
export * from "./types.ts";
export * from "./wasm_kernels.ts";
