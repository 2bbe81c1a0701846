import assert from "node:assert/strict";
import { createNeuralPolicy } from "./neural_policy.ts";
import { createPpo } from "./ppo.ts";

const made = createPpo({ obsSize: 2, actions: 3, nEnvs: 1, seed: 5 }).policy;

Deno.test("neuralPolicy.pick() samples from exactly the probabilities it tells", () => {
  const policy = createNeuralPolicy(made.snapshot(), 9);
  const mask = [true, false, true];
  const probs = policy.probs(mask, [40, -7]);
  const counts = [0, 0, 0];
  for (let i = 0; i < 4000; i++) {
    const picked = policy.pick(mask, [40, -7])!;
    assert.equal(picked.propensity, probs[picked.arm]);
    counts[picked.arm]!++;
  }
  assert.equal(counts[1], 0);
  assert.ok(Math.abs(counts[0]! / 4000 - probs[0]!) < 4 * Math.sqrt(0.25 / 4000));
});

Deno.test("neuralPolicy gives none when everything is masked", () => {
  assert.deepEqual([...made.probs([false, false, false], [1, 2])], [0, 0, 0]);
  assert.equal(made.pick([false, false, false], [1, 2]), undefined);
});

Deno.test("neuralPolicy refuses contexts and masks that do not fit", () => {
  assert.throws(() => made.probs(undefined, [1]), /1 features and a mask of all/);
  assert.throws(() => made.probs([true], [1, 2]), /mask of 1/);
  assert.throws(() => made.probs(undefined, [1, NaN]), /feature 1 of the context/);
  assert.throws(() => made.pick(undefined, [1, Infinity]), /feature 1 of the context/);
});

Deno.test("createNeuralPolicy() refuses damage and newer versions", () => {
  const kept = JSON.parse(JSON.stringify(made.snapshot()));
  const weights = kept.body.params.base64;
  const swapped = weights.slice(0, 8).split("").reverse().join("") + weights.slice(8);
  kept.body.params.base64 = swapped;
  assert.throws(() => createNeuralPolicy(kept), /checksum/);
  assert.throws(() => createNeuralPolicy({ ...made.snapshot(), v: 3 }), /version 3/);
  assert.throws(() => createNeuralPolicy({} as never), /version undefined/);
});

Deno.test("createNeuralPolicy() does not mind the order of a snapshot's keys", () => {
  const { body, ...rest } = made.snapshot();
  const turned = Object.fromEntries(Object.entries(body as object).reverse());
  const copy = createNeuralPolicy({ body: turned, ...rest } as never);
  assert.deepEqual(copy.probs(undefined, [1, 2]), made.probs(undefined, [1, 2]));
});
