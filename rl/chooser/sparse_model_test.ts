import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "../rng.ts";
import { createSparseModel, type SparseFeatures } from "./sparse_model.ts";

const features: SparseFeatures = [["a", 0.6], ["b", 0.8]];

Deno.test("createSparseModel() equals the Kalman filter where there is one feature", () => {
  const model = createSparseModel({ noise: 0.5, variance: 2 });
  // By hand: gain 2/(0.5+2) = 0.8, mean 0.8, variance 0.4; then gain 0.4/0.9.
  model.update("x", [["f", 1]], 1);
  assert.ok(Math.abs(model.predict("x", [["f", 1]]).mean - 0.8) < 1e-12);
  assert.ok(Math.abs(model.predict("x", [["f", 1]]).variance - 0.4) < 1e-12);
  model.update("x", [["f", 1]], 0);
  assert.ok(Math.abs(model.predict("x", [["f", 1]]).mean - (0.8 - 0.8 * 0.4 / 0.9)) < 1e-12);
});

Deno.test("update() moves an arm towards its outcome and makes it surer, others stay", () => {
  fc.assert(fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (target) => {
    const model = createSparseModel();
    const before = model.predict("x", features);
    model.update("x", features, target);
    const after = model.predict("x", features);
    assert.ok(Math.abs(target - after.mean) <= Math.abs(target - before.mean));
    assert.ok(after.variance < before.variance);
    assert.equal(model.predict("y", features).mean, 0);
  }));
});

Deno.test("createSparseModel() learns a linear truth from noisy outcomes", () => {
  const [rng, model] = [createRng(1), createSparseModel({ noise: 0.1, variance: 1 })];
  for (let i = 0; i < 2_000; i++) {
    const [a, b] = [rng.float() - 0.5, rng.float() - 0.5];
    model.update("x", [["a", a], ["b", b]], 0.7 * a - 0.3 * b + 0.2 * (rng.float() - 0.5));
  }
  const [a, b] = ["a", "b"].map((name) => model.predict("x", [[name, 1]]).mean);
  assert.ok(Math.abs(a! - 0.7) < 0.05 && Math.abs(b! + 0.3) < 0.05, `${a} ${b}`);
});

Deno.test("learned() goes on from where it was, through JSON, over a prior", () => {
  const prior = { means: { x: { a: 0.5 } }, variance: 0.1 };
  const one = createSparseModel({ prior });
  one.update("x", features, 1);
  const learned = JSON.parse(JSON.stringify(one.learned()));
  const other = createSparseModel({ prior, learned });
  assert.deepEqual(other.predict("x", features), one.predict("x", features));
  assert.deepEqual(other.explain("x", features).map(({ name }) => name), ["a", "b"]);
});

Deno.test("update() refuses what is no number, and nothing changes", () => {
  const model = createSparseModel();
  for (const target of [NaN, Infinity]) {
    assert.throws(() => model.update("x", features, target), RangeError);
  }
  assert.throws(() => model.update("x", [["a", NaN]], 1), /a = NaN/);
  assert.throws(() => model.update("x", features, 1, 0), RangeError);
  assert.deepEqual(model.learned(), {});
});

Deno.test("createSparseModel() keeps names of JavaScript's own apart from features", () => {
  const model = createSparseModel({ prior: { means: {}, variance: 1 } });
  model.update("constructor", [["__proto__", 1], ["toString", 1]], 1);
  const kept = createSparseModel({ learned: JSON.parse(JSON.stringify(model.learned())) });
  assert.ok(kept.predict("constructor", [["toString", 1]]).mean > 0);
  assert.equal(kept.predict("x", [["constructor", 1]]).mean, 0);
});
