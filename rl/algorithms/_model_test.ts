import assert from "node:assert/strict";
import { createModel } from "./_model.ts";

const make = () =>
  createModel({ obsSize: 2, actions: 2, hidden: [3] }, { maxRows: 4, critic: true, adamEps: 1e-8 });

Deno.test("model.step() skips a loss or gradient that is not finite, and changes nothing", () => {
  const model = make();
  const before = model.policy.snapshot();
  assert.equal(model.step(NaN, 0.1, 1), false);
  model.actor.grads[3] = Infinity;
  assert.equal(model.step(1, 0.1, 1), false);
  model.critic!.grads[0] = NaN;
  assert.equal(model.step(1, 0.1, 1), false);
  assert.deepEqual(model.policy.snapshot(), before);
  assert.deepEqual([model.version, model.skipped], [0, 3]);

  const untouched = make();
  for (const one of [model, untouched]) {
    one.actor.grads.fill(0.1);
    assert.equal(one.step(1, 0.1, 1), true);
  }
  assert.deepEqual(model.snapshot()["params"], untouched.snapshot()["params"]);
  assert.deepEqual(model.snapshot()["adam"], untouched.snapshot()["adam"]);
});

Deno.test("model.step() gives up after ten skipped in a row, also over a resume", () => {
  let model = make();
  for (let i = 0; i < 6; i++) model.skip();
  const kept = JSON.parse(JSON.stringify(model.snapshot()));
  model = make();
  model.restore(kept)();
  for (let i = 0; i < 3; i++) assert.equal(model.step(NaN, 0.1, 1), false);
  assert.throws(() => model.step(NaN, 0.1, 1), /10 steps in a row/);
});

Deno.test("model.step() clips actor and critic together", () => {
  const model = make();
  model.actor.grads[0] = 3;
  model.critic!.grads[0] = 4;
  model.step(1, 0.1, 1);
  assert.equal(model.gradNorm, 5);
});
