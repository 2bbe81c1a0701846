import assert from "node:assert/strict";
import { createAdam } from "./adam.ts";

Deno.test("adam.step() begins with a step of the learning rate against the sign", () => {
  const params = new Float32Array([1, -2]);
  createAdam(2, { lr: 0.01 }).step(params, new Float32Array([1e-3, -5]));
  assert.ok(Math.abs(params[0]! - 0.99) < 1e-6 && Math.abs(params[1]! + 1.99) < 1e-6);
});

Deno.test("adam.restore() goes on bit for bit", () => {
  const run = (resumeAt: number) => {
    let adam = createAdam(3);
    const params = new Float32Array([1, 2, 3]);
    for (let t = 0; t < 20; t++) {
      if (t === resumeAt) {
        const kept = JSON.parse(JSON.stringify(adam.snapshot()));
        adam = createAdam(3);
        adam.restore(kept)();
      }
      adam.step(params, params.map((value, i) => Math.sin(value * t + i)));
    }
    return params;
  };
  assert.deepEqual(run(9), run(-1));
});

Deno.test("adam.restore() refuses what is damaged or of another size, and changes nothing", () => {
  const adam = createAdam(2);
  adam.step(new Float32Array(2), new Float32Array([1, 2]));
  const kept = adam.snapshot();
  assert.throws(() => createAdam(3).restore(kept), /2 numbers, expected 3/);
  assert.throws(() => adam.restore({ ...kept, t: -1 }), RangeError);
  assert.throws(() => adam.restore({ ...kept, m: { ...kept.m, base64: "!" } }), /no base64/);
  assert.deepEqual(adam.snapshot(), kept);
});

Deno.test("createAdam() refuses options out of their range", () => {
  for (const options of [{ lr: NaN }, { lr: -1 }, { beta1: 1 }, { beta2: -0.1 }, { eps: 0 }]) {
    assert.throws(() => createAdam(1, options), RangeError);
  }
});
