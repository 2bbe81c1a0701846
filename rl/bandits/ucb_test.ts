import fc from "fast-check";
import assert from "node:assert/strict";
import { close } from "./_testing.ts";
import {
  type Bandit,
  createDUcb,
  createKlUcb,
  createSwUcb,
  createUcb1,
  createUcb1Tuned,
  discountFor,
  windowFor,
} from "./mod.ts";

type History = readonly (readonly [arm: number, reward: number])[];
/** The index of an arm, computed from all that happened, the plain way. */
type Index = (history: History, arm: number) => number;

const ARMS = ["a", "b", "c"];
const ALL = [true, true, true];
const GAMMA = 0.9;
const WINDOW = 8;

const of = (history: History, arm: number): number[] =>
  history.filter(([a]) => a === arm).map(([, r]) => r);
const mean = (rewards: readonly number[]): number =>
  rewards.reduce((a, b) => a + b, 0) / rewards.length;
const bonus = (history: History, n: number): number => Math.log(history.length) / n;

const ucb1: Index = (history, arm) => {
  const rewards = of(history, arm);
  if (rewards.length === 0) return Infinity;
  return mean(rewards) + Math.sqrt(2 * bonus(history, rewards.length));
};
const tuned: Index = (history, arm) => {
  const rewards = of(history, arm);
  if (rewards.length === 0) return Infinity;
  const [q, b] = [mean(rewards), bonus(history, rewards.length)];
  const v = mean(rewards.map((r) => r * r)) - q * q + Math.sqrt(2 * b);
  return q + Math.sqrt(b * Math.min(1 / 4, v));
};
const klUcb: Index = (history, arm) => {
  const rewards = of(history, arm);
  if (rewards.length === 0) return Infinity;
  const p = Math.min(1 - 1e-15, Math.max(1e-15, mean(rewards)));
  // By small steps instead of bisection.
  let q = p;
  const kl = (q: number) => p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
  for (let step = 0.1; step > 1e-7; step /= 10) {
    while (q + step < 1 && kl(q + step) <= bonus(history, rewards.length)) q += step;
  }
  return q;
};
const discounted: Index = (history, arm) => {
  let [all, n, sum] = [0, 0, 0];
  history.forEach(([a, r], s) => {
    const weight = GAMMA ** (history.length - 1 - s);
    all += weight;
    if (a !== arm) return;
    n += weight;
    sum += weight * r;
  });
  return n === 0 ? Infinity : sum / n + 2 * Math.sqrt(0.6 * Math.log(all) / n);
};
const windowed: Index = (history, arm) => {
  const rewards = of(history.slice(-WINDOW), arm);
  if (rewards.length === 0) return Infinity;
  const log = Math.log(Math.min(history.length, WINDOW));
  return mean(rewards) + Math.sqrt(0.6 * log / rewards.length);
};

const cases: readonly [string, () => Bandit, Index][] = [
  ["createUcb1", () => createUcb1(ARMS, { floor: 0 }), ucb1],
  ["createUcb1Tuned", () => createUcb1Tuned(ARMS, { floor: 0 }), tuned],
  ["createKlUcb", () => createKlUcb(ARMS, { floor: 0 }), klUcb],
  ["createDUcb", () => createDUcb(ARMS, { floor: 0, gamma: GAMMA }), discounted],
  ["createSwUcb", () => createSwUcb(ARMS, { floor: 0, window: WINDOW }), windowed],
];

for (const [name, make, index] of cases) {
  Deno.test(`${name}() takes the arm with the greatest index for any history`, () => {
    const step = fc.tuple(fc.nat(2), fc.constantFrom(0, 0.3, 0.7, 1));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (history) => {
        const bandit = make();
        for (const [arm, reward] of history) bandit.update(arm, reward);
        const indices = ARMS.map((_, arm) => index(history, arm));
        const best = Math.max(...indices);
        bandit.probs(ALL).forEach((p, arm) => {
          const near = indices[arm] === best || best - indices[arm]! < 1e-6;
          assert.ok(near || p === 0, `arm ${arm} of ${indices} has ${p}`);
        });
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  Deno.test(`${name}() takes arms without a reward first, each as likely`, () => {
    const bandit = make();
    bandit.update(1, 1);
    assert.ok(close(bandit.probs(ALL), [0.5, 0, 0.5]));
    assert.ok(close(bandit.probs([true, true, false]), [1, 0, 0]));
    assert.deepEqual(bandit.estimate(0), { mean: 0.5, low: 0, high: 1, count: 0 });
  });
}

Deno.test("createUcb1() spreads the floor evenly over the open arms", () => {
  const bandit = createUcb1(ARMS, { floor: 0.3 });
  bandit.update(0, 1);
  bandit.update(1, 0);
  assert.ok(close(bandit.probs([true, true, false]), [0.85, 0.15, 0]));
});

Deno.test("createUcb1() weighs the bonus with c", () => {
  const bandit = createUcb1(ARMS, { floor: 0, c: 0 });
  bandit.update(0, 1);
  for (let i = 0; i < 50; i++) bandit.update(0, 0.9);
  bandit.update(1, 0.5);
  bandit.update(2, 0.5);
  assert.deepEqual([...bandit.probs(ALL)], [1, 0, 0]);
});

Deno.test("createKlUcb() adds c·ln ln t to what is plausible", () => {
  // The arm tried less becomes the more plausible one only with a greater budget.
  const play = (c: number) => {
    const bandit = createKlUcb(["a", "b"], { floor: 0, c });
    for (let i = 0; i < 60; i++) bandit.update(0, 0.6);
    for (let i = 0; i < 12; i++) bandit.update(1, 0.2);
    return [...bandit.probs([true, true])];
  };
  assert.deepEqual(play(0), [1, 0]);
  assert.deepEqual(play(12), [0, 1]);
});

Deno.test("createDUcb() stays right after 2,000 updates of strong fading", () => {
  const bandit = createDUcb(ARMS, { gamma: 0.5 });
  for (let i = 0; i < 2000; i++) bandit.update(0, i % 2);
  const { mean, count } = bandit.estimate(0);
  assert.ok(close([mean, count], [2 / 3, 2]), `${mean} ${count}`);
});

Deno.test("createSwUcb() forgets what left the window, to the last bit", () => {
  const bandit = createSwUcb(ARMS, { window: 10 });
  for (let i = 0; i < 1000; i++) bandit.update(0, 0.1 + i / 1e4);
  for (let i = 0; i < 10; i++) bandit.update(1, 0.7);
  assert.deepEqual(bandit.estimate(0), { mean: 0.5, low: 0, high: 1, count: 0 });
  assert.ok(Math.abs(bandit.estimate(1).mean - 0.7) < 1e-12);
});

Deno.test("createSwUcb() lets no rounding of what left the window stay in its sums", () => {
  const emptied = createSwUcb(ARMS, { window: 4 });
  for (const [arm, reward] of [[0, 0.1], [0, 0.2], [0, 0.3], [1, 1], [1, 1], [1, 1], [0, 0.7]]) {
    emptied.update(arm!, reward!);
  }
  assert.equal(emptied.estimate(0).mean, 0.7);
  const renewed = createSwUcb(ARMS, { window: 2 });
  for (const reward of [1, 1e-20, 1e-20, 1e-20]) renewed.update(0, reward);
  assert.equal(renewed.estimate(0).mean, 1e-20);
});

Deno.test("discountFor() and windowFor() are those of Garivier and Moulines", () => {
  assert.equal(discountFor(10_000, 4), 1 - 0.02 / 4);
  assert.equal(discountFor(1, 100), 0);
  assert.equal(windowFor(10_000, 4), Math.ceil(2 * Math.sqrt(10_000 * Math.log(10_000) / 4)));
  assert.equal(windowFor(10, 1e-9), 10);
  for (const bad of [[0, 1], [10, -1], [NaN, 1], [10, Infinity], [10, 1, 0]]) {
    assert.throws(() => discountFor(...bad as [number, number, number]), RangeError);
  }
  for (const bad of [[0, 1], [10, 0], [NaN, 1], [10, NaN], [10, 1, 0]]) {
    assert.throws(() => windowFor(...bad as [number, number, number]), RangeError);
  }
});

Deno.test("createUcb1() and its kin refuse options out of range", () => {
  assert.throws(() => createUcb1(ARMS, { c: -1 }), /option c is -1/);
  assert.throws(
    () => createUcb1(ARMS, { floor: 1.5 }),
    /option floor is 1.5; expected from 0 to 1/,
  );
  assert.throws(() => createUcb1Tuned(ARMS, { floor: NaN }), RangeError);
  assert.throws(() => createKlUcb(ARMS, { c: NaN }), RangeError);
  assert.throws(() => createDUcb(ARMS, { gamma: 0 }), RangeError);
  assert.throws(() => createDUcb(ARMS, { gamma: 1.1 }), RangeError);
  assert.throws(() => createSwUcb(ARMS, { window: 0 }), RangeError);
  assert.throws(() => createSwUcb(ARMS, { window: 1.5 }), /no whole number/);
});
