import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../core/errors.ts";
import { FeatureStore } from "./feature_store.ts";

Deno.test("FeatureStore.snapshot() gives the figures of the last rows alone", () => {
  const store = new FeatureStore({ window: 3, now: () => 2500 });
  assert.equal(store.snapshot(), null);
  for (const row of [[100, 100], [1, 4], [2, 4], [6, 4]]) store.update({ features: row });
  assert.deepEqual(store.snapshot(), {
    timestamp: 2.5,
    count: 3,
    means: [3, 4],
    variances: [14 / 3, 0],
    min_values: [1, 4],
    max_values: [6, 4],
    feature_names: ["f_0", "f_1"],
  });
  assert.deepEqual(store.latest, [6, 4]);
});

Deno.test("FeatureStore.update() takes vector and names, too, and typed arrays", () => {
  const store = new FeatureStore();
  assert.equal(store.update({ vector: new Float32Array([1, 2]), names: ["a", "b"] }), true);
  assert.equal(store.update({ features: [1, 2], feature_names: ["only one"] }), true);
  assert.deepEqual(store.snapshot()?.feature_names, ["a", "b"]);
});

Deno.test("FeatureStore.update() drops and counts rows of another dimension", () => {
  const store = new FeatureStore();
  store.update({ features: [1, 2] });
  assert.equal(store.update({ features: [1, 2, 3] }), false);
  assert.equal(store.update({ features: [9] }), false);
  assert.deepEqual([store.dropped, store.snapshot()?.count], [2, 1]);
  const named = new FeatureStore({ names: ["a", "b"] });
  assert.equal(named.update({ features: [1] }), false);
  assert.deepEqual([named.dropped, named.snapshot()], [1, null]);
});

Deno.test("FeatureStore.update() ignores what is no row of numbers", () => {
  const store = new FeatureStore();
  const rows = [[], [1, NaN], [Infinity], ["1"], "12", { 0: 1, length: 1 }, undefined];
  for (const features of rows) assert.equal(store.update({ features }), false);
  for (const row of [null, 5, [1, 2], {}]) assert.equal(store.update(row), false);
  assert.deepEqual([store.ignored, store.dropped, store.snapshot()], [11, 0, null]);
});

Deno.test("FeatureStore keeps its rows as they were and forgets them on reset()", () => {
  const store = new FeatureStore();
  const row = [1];
  store.update({ features: row });
  row[0] = 50;
  (store.latest as number[])[0] = 60;
  assert.deepEqual(store.snapshot()?.means, [1]);
  store.reset();
  assert.equal(store.snapshot(), null);
  assert.equal(store.update({ features: [1, 2] }), true);
});

Deno.test("FeatureStore: variances are never below 0, means stay between the extremes", () => {
  const row = fc.tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.constant(0.1));
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1 }),
      fc.integer({ min: 1, max: 20 }),
      (rows, window) => {
        const store = new FeatureStore({ window });
        for (const features of rows) store.update({ features });
        const { count, means, variances, min_values, max_values } = store.snapshot()!;
        const kept = rows.slice(-window);
        assert.equal(count, kept.length);
        assert.ok(variances.every((variance) => variance >= 0));
        assert.equal(max_values[0], Math.max(...kept.map(([value]) => value)));
        assert.equal(min_values[0], Math.min(...kept.map(([value]) => value)));
        const slack = 1e-6;
        assert.ok(means[0]! >= min_values[0]! - slack && means[0]! <= max_values[0]! + slack);
        assert.ok(variances[1]! < 1e-20);
      },
    ),
  );
});

Deno.test("FeatureStore refuses a window that is no whole number above 0", () => {
  for (const window of [0, -1, 1.5, NaN]) {
    assert.throws(() => new FeatureStore({ window }), UserError);
  }
});
