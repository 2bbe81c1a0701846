import assert from "node:assert/strict";
import { createCategorical } from "../nn/categorical.ts";
import { createCollected } from "./_collect.ts";
import { createModel } from "./_model.ts";
import { corridor } from "./_testing.ts";
import { vectorizeEnvs } from "./vectorize_envs.ts";

Deno.test("collect() values what a cut episode ended with, and what is observed last", async () => {
  const model = createModel(
    { obsSize: 4, actions: 3, hidden: [5] },
    { maxRows: 2, critic: true, adamEps: 1e-5 },
  );
  const envs = vectorizeEnvs([corridor(4, 1), corridor(4, 99)]);
  await envs.reset(1);
  const all = createCollected(2, 2, model, createCategorical(3), undefined);
  await all.collect(envs);
  const value = (cell: number) => {
    model.critic!.input.fill(0);
    model.critic!.input[cell] = 1;
    model.critic!.forward(1);
    return model.critic!.output[0];
  };
  // The first copy goes from cell 0 to 1 and is cut, again and again.
  assert.deepEqual([...all.truncated], [1, 0, 1, 0]);
  assert.deepEqual([all.finalValue[0], all.finalValue[2]], [value(1), value(1)]);
  assert.deepEqual([all.value[0], all.value[2], all.lastValue[0]], [value(0), value(0), value(0)]);
  assert.equal(all.value[3], value(1));
  assert.ok(all.logp.every((logp) => logp <= 0));
});
