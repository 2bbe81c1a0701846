import assert from "node:assert/strict";
import { clipGlobalNorm } from "./clip_global_norm.ts";

Deno.test("clipGlobalNorm() leaves a short gradient as it is", () => {
  const grads = new Float64Array([0.3, -0.4]);
  assert.equal(clipGlobalNorm(grads, 1), 0.5);
  assert.deepEqual([...grads], [0.3, -0.4]);
});

Deno.test("clipGlobalNorm() shortens a long one and keeps its direction", () => {
  const grads = new Float64Array([30, -40]);
  assert.equal(clipGlobalNorm(grads, 1), 50);
  assert.deepEqual([...grads], [30 / (50 + 1e-6), -40 / (50 + 1e-6)]);
});

Deno.test("clipGlobalNorm() tells of a gradient that is not finite and leaves it alone", () => {
  const grads = new Float64Array([1, NaN]);
  assert.ok(Number.isNaN(clipGlobalNorm(grads, 0.1)));
  assert.equal(grads[0], 1);
  const huge = new Float32Array([Infinity, 1]);
  assert.equal(clipGlobalNorm(huge, 1), Infinity);
  assert.deepEqual([...huge], [Infinity, 1]);
});
