import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { assertDistribution, assertMoments } from "./_testing.ts";
import {
  normalQuantile,
  sampleBeta,
  sampleCategorical,
  sampleGamma,
  sampleLogGamma,
  sampleNormal,
  sampleStudentT,
} from "./mod.ts";

const SHAPES = [0.01, 0.1, 0.5, 0.999, 1, 1.001, 3.7, 100, 1e5];
/** Shape, digamma and trigamma, computed with mpmath. */
const LOG_GAMMA = [
  [0.01, -100.56088545786867, 10001.621213528313],
  [0.1, -10.423754940411076, 101.43329915079275],
  [0.5, -1.9635100260214235, 4.9348022005446793],
  [1, -0.57721566490153286, 1.6449340668482264],
  [3.7, 1.1671535393615114, 0.3100378576700383],
  [100, 4.6001618527380874, 0.010050166663333571],
  [1e5, 11.512920464961895, 1.0000050000166667e-5],
] as const;

Deno.test("normalQuantile() agrees with mpmath from the middle to the far tail", () => {
  const expected = [
    [1e-300, -37.0470962993611992],
    [1e-20, -9.26234008979840757],
    [1e-10, -6.3613409024040562],
    [0.001, -3.09023230616781354],
    [0.07, -1.47579102817917074],
    [0.075, -1.43953147093845592],
    [0.3, -0.524400512708040784],
    [0.5, 0],
    [0.9, 1.28155156554460047],
    [0.999999, 4.75342430882289895],
  ] as const;
  for (const [p, z] of expected) {
    const error = Math.abs(normalQuantile(p) - z);
    assert.ok(error <= 1e-14 * Math.max(1, Math.abs(z)) + (p > 0.99 ? 1e-10 : 0), `${p}: ${error}`);
  }
});

Deno.test("normalQuantile() is infinite at 0 and 1 and refuses what is no probability", () => {
  assert.equal(normalQuantile(0), -Infinity);
  assert.equal(normalQuantile(1), Infinity);
  for (const p of [-0.1, 1.1, NaN]) assert.throws(() => normalQuantile(p), RangeError);
});

Deno.test("sampleNormal() has the moments of the standard normal distribution", () => {
  const rng = createRng(11);
  assertMoments(() => sampleNormal(rng), 0, 1, { kurtosis: 3, draws: 100_000 });
});

Deno.test("sampleNormal() is finite when the stream gives its smallest and its greatest number", () => {
  const rng = createRng(1);
  for (const u of [0, 1 - 2 ** -53]) {
    const z = sampleNormal({ ...rng, float: () => u });
    assert.ok(Math.abs(z) > 8 && Math.abs(z) < 9, `${z}`);
  }
});

Deno.test("sampleGamma() has mean and variance equal to its shape from 0.01 to 1e5", () => {
  const rng = createRng(12);
  for (const shape of SHAPES) {
    assertMoments(() => sampleGamma(rng, shape), shape, shape, {
      kurtosis: 3 + 6 / shape,
      name: `shape ${shape}`,
    });
  }
});

Deno.test("sampleGamma() follows the exponential distribution at shape 1", () => {
  const rng = createRng(13);
  assertDistribution(() => sampleGamma(rng, 1), (x) => 1 - Math.exp(-x));
});

Deno.test("sampleLogGamma() has mean digamma and variance trigamma from 0.01 to 1e5", () => {
  const rng = createRng(14);
  for (const [shape, mean, variance] of LOG_GAMMA) {
    assertMoments(() => sampleLogGamma(rng, shape), mean, variance, { name: `shape ${shape}` });
  }
});

Deno.test("sampleLogGamma() stays finite where the draw itself would be 0", () => {
  const rng = createRng(15);
  for (let i = 0; i < 100; i++) assert.ok(Number.isFinite(sampleLogGamma(rng, 1e-6)));
});

Deno.test("sampleBeta() has the moments of the beta distribution from 0.01 to 1e5", () => {
  const rng = createRng(16);
  const pairs = [[0.01, 0.01], [0.01, 1], [0.3, 2], [1, 1], [1, 3], [40, 60], [1e5, 1], [1e5, 1e5]];
  for (const [a, b] of pairs as [number, number][]) {
    const mean = a / (a + b);
    const variance = mean * (1 - mean) / (a + b + 1);
    // The fourth moment is far above that of a normal distribution where one shape is tiny.
    const kurtosis = 3 + Math.max(
      0,
      6 * ((a - b) ** 2 * (a + b + 1) - a * b * (a + b + 2)) / (a * b * (a + b + 2) * (a + b + 3)),
    );
    assertMoments(() => sampleBeta(rng, a, b), mean, variance, { kurtosis, name: `${a}, ${b}` });
  }
});

Deno.test("sampleBeta() follows the arcsine law at one half and a power law at (3, 1)", () => {
  const rng = createRng(17);
  assertDistribution(
    () => sampleBeta(rng, 0.5, 0.5),
    (x) => 2 / Math.PI * Math.asin(Math.sqrt(x)),
  );
  assertDistribution(() => sampleBeta(rng, 3, 1), (x) => x ** 3);
});

Deno.test("sampleBeta() is a number in [0, 1] also for shapes whose logarithms vanish", () => {
  const rng = createRng(18);
  let ones = 0;
  for (let i = 0; i < 400; i++) {
    const x = sampleBeta(rng, 3e-310, 1e-310);
    assert.ok(x === 0 || x === 1, `${x}`);
    ones += x;
  }
  assert.ok(ones > 260 && ones < 340, `${ones} of 400, expected about 300`);
});

Deno.test("sampleStudentT() follows the law with 2 degrees of freedom", () => {
  const rng = createRng(19);
  assertDistribution(() => sampleStudentT(rng, 2), (t) => 0.5 + t / (2 * Math.sqrt(2 + t * t)));
});

Deno.test("sampleStudentT() has the moments of many degrees of freedom", () => {
  const rng = createRng(20);
  for (const freedom of [8, 100, 1e5]) {
    const kurtosis = 3 + 6 / (freedom - 4);
    const variance = freedom / (freedom - 2);
    assertMoments(() => sampleStudentT(rng, freedom), 0, variance, { kurtosis });
  }
});

Deno.test("the samplers refuse shapes that are no finite numbers above 0", () => {
  const rng = createRng(1);
  for (const shape of [0, -1, NaN, Infinity]) {
    assert.throws(() => sampleGamma(rng, shape), /not a shape/);
    assert.throws(() => sampleLogGamma(rng, shape), RangeError);
    assert.throws(() => sampleBeta(rng, shape, 2), RangeError);
    assert.throws(() => sampleBeta(rng, 2, shape), RangeError);
    assert.throws(() => sampleStudentT(rng, shape), RangeError);
  }
});

Deno.test("sampleCategorical() draws in proportion to the weights, never what is masked or 0", () => {
  const rng = createRng(21);
  const counts = [0, 0, 0, 0];
  const draws = 20_000;
  for (let i = 0; i < draws; i++) {
    counts[sampleCategorical(rng, [2, 5, 0, 6], [true, false, true, true])]!++;
  }
  assert.equal(counts[1], 0);
  assert.equal(counts[2], 0);
  assert.ok(Math.abs(counts[0]! / draws - 0.25) < 5 * Math.sqrt(0.25 * 0.75 / draws));
});

Deno.test("sampleCategorical() gives the last index with weight when rounding leaves a rest", () => {
  const rng = { ...createRng(1), float: () => 1 - 2 ** -53 };
  assert.equal(sampleCategorical(rng, [0.1, 0.2, 0.3, 0]), 2);
  assert.equal(sampleCategorical({ ...rng, float: () => 0 }, [0, 0.2, 0.3]), 1);
});

Deno.test("sampleCategorical() is -1 and takes no number when nothing may be drawn", () => {
  const rng = createRng(1);
  assert.equal(sampleCategorical(rng, [0, 0]), -1);
  assert.equal(sampleCategorical(rng, [1, 2], [false, false]), -1);
  assert.equal(sampleCategorical(rng, []), -1);
  assert.equal(rng.state().drawn, 0);
});

Deno.test("sampleCategorical() refuses weights and masks that are none", () => {
  const rng = createRng(1);
  for (const bad of [-1, NaN, Infinity]) {
    assert.throws(() => sampleCategorical(rng, [1, bad]), RangeError);
  }
  assert.throws(() => sampleCategorical(rng, [1e308, 1e308]), /sum to more/);
  assert.throws(() => sampleCategorical(rng, [1, 1], [true]), /a mask of 1 for 2 weights/);
});
