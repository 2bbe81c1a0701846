import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { checkGradient } from "./check_gradient.ts";
import { kernelsF64 } from "./kernels_f64.ts";
import { createMlp, type Mlp } from "./mlp.ts";

/** Half the squared distance to 0.3, and its gradient. */
function loss(net: Mlp, rows: number): number {
  net.forward(rows);
  let sum = 0;
  for (let i = 0; i < rows * net.sizes.at(-1)!; i++) {
    net.outputGrad[i] = net.output[i]! - 0.3;
    sum += 0.5 * net.outputGrad[i]! ** 2;
  }
  net.grads.fill(0);
  net.backward(rows);
  return sum;
}

Deno.test("createMlp() passes a gradient back that central differences confirm", () => {
  const rng = createRng(5);
  const net = createMlp({ sizes: [3, 7, 5, 2], maxRows: 6, rng, kernels: kernelsF64 });
  for (let i = 0; i < net.input.length; i++) net.input[i] = rng.float() * 2 - 1;
  const error = checkGradient(
    () => loss(net, 6),
    net.params as Float64Array,
    net.grads as Float64Array,
  );
  assert.ok(error < 1e-4, `${error}`);
});

Deno.test("createMlp() gives nearly the same in single as in double precision", () => {
  const [single, double] = [{}, { kernels: kernelsF64 }].map((options) => {
    const rng = createRng(5);
    const net = createMlp({ sizes: [4, 64, 64, 3], maxRows: 5, rng, ...options });
    for (let i = 0; i < net.input.length; i++) net.input[i] = Math.fround(rng.float());
    loss(net, 5);
    return net;
  });
  for (const part of ["output", "grads"] as const) {
    single![part].forEach((value, i) => assert.ok(Math.abs(value - double![part][i]!) < 1e-5));
  }
});

Deno.test("backward() adds to the gradient, so that a batch may come in parts", () => {
  const net = createMlp({ sizes: [2, 3, 1], maxRows: 2, rng: createRng(1) });
  net.input.set([1, 2, 3, 4]);
  loss(net, 2);
  const once = net.grads.slice();
  net.backward(0);
  assert.deepEqual(net.grads, once);
  net.forward(2);
  for (let i = 0; i < 2; i++) net.outputGrad[i] = net.output[i]! - 0.3;
  net.backward(2);
  assert.deepEqual(net.grads, once.map((value) => 2 * value));
});

Deno.test("createMlp() works on a part of a larger array", () => {
  const params = new Float32Array(20);
  const net = createMlp({
    sizes: [2, 3, 1],
    maxRows: 1,
    rng: createRng(1),
    params: params.subarray(4, 17),
    grads: new Float32Array(13),
  });
  assert.ok(params.subarray(4, 13).some((value) => value !== 0));
  assert.ok([...params.subarray(0, 4), ...params.subarray(17)].every((value) => value === 0));
  assert.equal(net.params.length, 13);
});

Deno.test("createMlp() refuses sizes that are none, and more rows than it was made for", () => {
  for (const sizes of [[], [3], [3, 0], [3, 1.5], [NaN, 1]]) {
    assert.throws(() => createMlp({ sizes, maxRows: 1 }), RangeError);
  }
  assert.throws(() => createMlp({ sizes: [1, 1], maxRows: 0 }), RangeError);
  assert.throws(
    () => createMlp({ sizes: [1, 1], maxRows: 1, params: new Float32Array(3) }),
    /3 weights for a network of 2/,
  );
  const net = createMlp({ sizes: [1, 1], maxRows: 2 });
  assert.throws(() => net.forward(3), /3 rows for a network made for at most 2/);
});
