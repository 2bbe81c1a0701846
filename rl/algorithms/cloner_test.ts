import assert from "node:assert/strict";
import { type ClonerOptions, createCloner } from "./cloner.ts";
import { createRng } from "../rng.ts";

const small = { obsSize: 1, actions: 3, hidden: [8], lr: 0.01 };

/** What somebody else did, without log-probabilities; action 1 earns. */
function logged(seed: number) {
  const rng = createRng(seed);
  const candidates = Array.from({ length: 6 }, () => {
    const action = rng.int(3);
    return { steps: [{ obs: [1], action }], reward: action === 1 ? 1 : 0 };
  });
  return { candidates };
}

for (const method of ["advantage-weighted-regression", "filtered-cloning"] as const) {
  Deno.test(`cloner learns what earned more from logs alone, by ${method}`, () => {
    const cloner = createCloner({ ...small, method, temperature: 0.3 });
    for (let i = 0; i < 150; i++) cloner.update([logged(i)]);
    assert.ok(cloner.policy.probs(undefined, [1])[1]! > 0.8);
    assert.equal(cloner.kind, method);
  });
}

Deno.test("cloner weighs by exp(A / temperature), and no more than maxWeight", () => {
  const loss = (options: Partial<ClonerOptions>) => {
    const method = "advantage-weighted-regression";
    const scaleRewards = "none";
    const cloner = createCloner({ ...small, method, scaleRewards, ...options });
    const logp = cloner.policy.probs(undefined, [1]).map(Math.log);
    const candidates = [0, 1].map((action) => ({ steps: [{ obs: [1], action }], reward: action }));
    return { loss: cloner.update([{ candidates }])["loss"]!, logp };
  };
  const free = loss({});
  const wanted = -(Math.exp(-0.5) * free.logp[0]! + Math.exp(0.5) * free.logp[1]!) / 2;
  assert.ok(Math.abs(free.loss - wanted) < 1e-6);
  const bound = loss({ maxWeight: 1, temperature: 0.01 });
  assert.ok(Math.abs(bound.loss + bound.logp[1]! / 2) < 1e-6);
});

Deno.test("cloner keeps its state apart from GRPO's, and leaves forced decisions out", () => {
  const cloner = createCloner({ ...small, method: "filtered-cloning" });
  const kept = JSON.parse(JSON.stringify(cloner.snapshot()));
  assert.throws(
    () => createCloner({ ...small, method: "advantage-weighted-regression" }).restore(kept),
    /a snapshot of filtered-cloning/,
  );
  const forced = { obs: [1], action: 0, active: false };
  const candidates = [
    { steps: [forced, { obs: [1], action: 1 }], reward: 1 },
    { steps: [forced], reward: 0 },
  ];
  for (let i = 0; i < 60; i++) assert.equal(cloner.update([{ candidates }])["tokens"], 1);
  assert.ok(cloner.policy.probs(undefined, [1])[1]! > 0.8);
  cloner.restore(kept)();
  assert.deepEqual(cloner.snapshot(), kept);
});

Deno.test("createCloner() refuses options out of their range", () => {
  const method = "filtered-cloning";
  assert.throws(() => createCloner({ ...small, method, temperature: 0 }), RangeError);
  assert.throws(() => createCloner({ ...small, method, maxLength: 0 }), RangeError);
});
