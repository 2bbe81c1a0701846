import assert from "node:assert/strict";
import { createSamples, sampleArrays, type Samples } from "./_samples.ts";

/** One sample whose numbers all follow from one. */
function sample(x: number) {
  const arrays = sampleArrays(1, 2, 3);
  arrays.obs.set([x, -x]);
  arrays.mask.set([1, x % 2, 1]);
  arrays.action[0] = x % 3;
  for (const field of ["logp", "value", "version"] as const) arrays[field][0] = x / 4;
  return arrays;
}

const kept = (samples: Samples) =>
  Array.from({ length: samples.count }, (_, i) => {
    const at = samples.at(i);
    const { obs, mask, action, value } = samples.arrays;
    const x = obs[at * 2]!;
    assert.deepEqual(
      [obs[at * 2 + 1], mask[at * 3 + 1], action[at], value[at]],
      [-x, x % 2, x % 3, x / 4],
    );
    return x;
  });

Deno.test("samples grow without a capacity, and keep the newest with one", () => {
  const [grown, ring] = [createSamples(2, 3), createSamples(2, 3, 5)];
  for (let x = 0; x < 40; x++) {
    grown.add(sample(x), 0);
    ring.add(sample(x), 0);
    const all = Array.from({ length: x + 1 }, (_, i) => i);
    assert.deepEqual(kept(grown), all);
    assert.deepEqual(kept(ring), all.slice(-5));
  }
  grown.clear();
  assert.equal(grown.count, 0);
});

Deno.test("samples go on from a snapshot", () => {
  for (const capacity of [undefined, 5]) {
    const one = createSamples(2, 3, capacity);
    for (let x = 0; x < 33; x++) one.add(sample(x), 0);
    const other = createSamples(2, 3, capacity);
    other.restore(JSON.parse(JSON.stringify(one.snapshot())))();
    for (const samples of [one, other]) samples.add(sample(50), 0);
    assert.deepEqual(kept(other), kept(one));
  }
});

Deno.test("samples refuse a damaged snapshot", () => {
  const samples = createSamples(2, 3, 5);
  samples.add(sample(1), 0);
  const good = samples.snapshot() as Record<string, unknown>;
  for (const damage of [null, {}, { ...good, count: 2 }, { ...good, count: 6 }, { count: 1 }]) {
    assert.throws(() => samples.restore(damage), RangeError);
  }
});
