import { kernelsF32 } from "./kernels_f32.ts";
import type { Kernels } from "./types.ts";
import { createWasmKernels, type WasmKernelsOptions } from "./wasm_kernels.ts";

/**
 * The fastest kernels that this runtime can run: those in WebAssembly when they pass their check,
 * otherwise the default ones.
 *
 * @example
 * ```ts
 * import { createPpo, fastKernels } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const ppo = createPpo({ obsSize: 4, actions: 2, kernels: fastKernels() });
 * assert.equal(ppo.policy.probs(undefined, [0, 0, 0, 0]).length, 2);
 * ```
 */
export function fastKernels(options: WasmKernelsOptions = {}): Kernels {
  try {
    return createWasmKernels(options);
  } catch {
    return kernelsF32;
  }
}
