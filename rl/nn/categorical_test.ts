import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "../rng.ts";
import { createCategorical } from "./categorical.ts";
import { checkGradient } from "./check_gradient.ts";

const logit = fc.double({ min: -50, max: 50, noNaN: true });

Deno.test("load() gives probabilities that sum to 1, and exactly 0 where masked", () => {
  const rows = fc.array(fc.record({ z: logit, open: fc.boolean() }), {
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(fc.property(rows, (row) => {
    fc.pre(row.some(({ open }) => open));
    const choice = createCategorical(row.length);
    const mask = new Uint8Array(row.map(({ open }) => open ? 1 : 0));
    assert.ok(choice.load(new Float64Array(row.map(({ z }) => z)), 0, mask));
    const probs = choice.logp.map(Math.exp);
    assert.ok(Math.abs(probs.reduce((sum, p) => sum + p, 0) - 1) < 1e-12);
    row.forEach(({ open }, j) => open || assert.equal(probs[j], 0));
    assert.ok(choice.entropy() >= -1e-12 && choice.entropy() <= Math.log(row.length) + 1e-12);
  }));
});

Deno.test("load() copes with huge logits, also where they are masked", () => {
  const choice = createCategorical(3);
  assert.ok(choice.load(new Float64Array([1e308, -1e308, 1e308]), 0));
  assert.ok(Math.abs(choice.logp[0]! + Math.LN2) < 1e-12);
  assert.equal(choice.entropy(), Math.LN2);
  assert.ok(choice.load(new Float64Array([NaN, 1, Infinity]), 0, new Uint8Array([0, 1, 0])));
  assert.deepEqual([...choice.logp], [-Infinity, 0, -Infinity]);
});

Deno.test("load() tells of logits that are no numbers, and refuses no action at all", () => {
  const choice = createCategorical(2);
  for (const bad of [NaN, Infinity]) {
    assert.equal(choice.load(new Float64Array([bad, 0]), 0), false);
    assert.equal(choice.load(new Float64Array([0, bad]), 0), false);
  }
  assert.throws(() => choice.load(new Float64Array(2), 0, new Uint8Array(2)), /no action/);
});

Deno.test("sample() draws with the probabilities it tells, and never what is masked", () => {
  const choice = createCategorical(4);
  choice.load(new Float64Array([0, 1, 2, 9]), 0, new Uint8Array([1, 1, 1, 0]));
  const counts = new Float64Array(4);
  const rng = createRng(3);
  const n = 20_000;
  for (let i = 0; i < n; i++) counts[choice.sample(rng)]!++;
  choice.logp.forEach((logp, j) => {
    const p = Math.exp(logp);
    assert.ok(Math.abs(counts[j]! / n - p) <= 4 * Math.sqrt(p * (1 - p) / n));
  });
});

Deno.test("gradient() is confirmed by central differences, masked or not", () => {
  for (const mask of [undefined, new Uint8Array([1, 1, 0, 1])]) {
    const choice = createCategorical(4);
    const logits = new Float64Array([0.3, -1, 2, 0.7]);
    const grads = new Float64Array(4);
    const evaluate = () => {
      choice.load(logits, 0, mask);
      choice.gradient(1, 0.7, -0.4, grads, 0);
      return 0.7 * choice.logp[1]! - 0.4 * choice.entropy();
    };
    assert.ok(checkGradient(evaluate, logits, grads) < 1e-4);
    if (mask) assert.equal(Math.abs(grads[2]!), 0);
  }
});
