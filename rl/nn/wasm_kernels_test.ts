import assert from "node:assert/strict";
import { testKernels } from "./_kernels_testing.ts";
import { fastKernels } from "./fast_kernels.ts";
import { kernelsF32 } from "./kernels_f32.ts";
import { createWasmKernels } from "./wasm_kernels.ts";

testKernels(createWasmKernels({ bytes: 256 * 1024 * 1024 }));

Deno.test("wasm alloc() gives zeros, and refuses what its memory has no room for", () => {
  const kernels = createWasmKernels({ bytes: 65536 });
  const array = kernels.alloc(8000);
  assert.ok(array.every((value) => value === 0));
  assert.throws(() => kernels.alloc(10_000), /the memory of 65536 bytes is full; give more/);
  assert.throws(() => createWasmKernels({ bytes: NaN }), RangeError);
});

Deno.test("wasm kernels never write outside their arrays", () => {
  const kernels = createWasmKernels({ bytes: 1 << 20 });
  const [rows, ins, outs] = [3, 5, 2];
  const arrays = [ins * rows, ins * outs, outs, rows * outs].map((n) => {
    const [before, array] = [kernels.alloc(4).fill(7), kernels.alloc(n).fill(0.5)];
    return { before, array };
  });
  const last = kernels.alloc(4).fill(7);
  const [x, w, b, y] = arrays.map(({ array }) => array);
  kernels.affine(x!, w!, b!, y!, rows, ins, outs);
  kernels.affineInputGrad(y!, w!, x!, rows, ins, outs);
  kernels.affineWeightGrad(x!, y!, w!, b!, rows, ins, outs);
  kernels.tanh(y!, y!.length);
  kernels.tanhGrad(y!, y!, y!.length);
  for (const before of [...arrays.map(({ before }) => before), last]) {
    assert.ok(before.every((value) => value === 7));
  }
});

Deno.test("wasm kernels refuse an array of another memory", () => {
  const kernels = createWasmKernels({ bytes: 65536 });
  assert.throws(() => kernels.tanh(new Float32Array(4), 4), /an array that alloc/);
});

Deno.test("fastKernels() falls back on the default ones where there are no vectors", () => {
  assert.equal(fastKernels().name, "wasm");
  const { Module } = WebAssembly;
  WebAssembly.Module = class {
    constructor() {
      throw new WebAssembly.CompileError("no vectors here");
    }
  } as never;
  try {
    assert.equal(fastKernels(), kernelsF32);
    assert.throws(() => createWasmKernels(), /use kernelsF32/);
  } finally {
    WebAssembly.Module = Module;
  }
});
