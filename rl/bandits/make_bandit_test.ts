import assert from "node:assert/strict";
import { makeBandit } from "./mod.ts";

Deno.test("makeBandit() knows the names people use, whatever their marks and capitals", () => {
  const names: Record<string, string> = {
    eps: "epsilon-greedy",
    epsilon: "epsilon-greedy",
    "Epsilon Greedy": "epsilon-greedy",
    egreedy: "epsilon-greedy",
    ucb: "ucb1",
    UCB1: "ucb1",
    "ucb-tuned": "ucb1-tuned",
    klucb: "kl-ucb",
    thompson: "thompson",
    beta: "thompson",
    ts: "thompson",
    gaussian: "thompson-gaussian",
    thompson_gaussian: "thompson-gaussian",
    boltzmann: "softmax",
    gradient: "gradient",
    "discounted-ucb": "d-ucb",
    "sliding-window-ucb": "sw-ucb",
  };
  for (const [name, kind] of Object.entries(names)) {
    assert.equal(makeBandit(name, 2).kind, kind, name);
  }
  for (const name of ["linucb", "lin-ucb", "LinTS", "square_cb", "SquareCB", "linsoftmax"]) {
    assert.match(makeBandit(name, 2, { size: 3 }).kind, /^(lin-ucb|lin-ts|square-cb|lin-softmax)$/);
  }
});

Deno.test("makeBandit() has the presets that its table tells, and options come before them", () => {
  const option = (name: string, key: string, options = {}) =>
    makeBandit(name, 2, { size: 1, ...options }).snapshot().options[key];
  assert.equal(option("ucb", "c"), 2);
  assert.equal(option("ucb1", "c", { c: 1 }), 1);
  assert.equal(option("eps", "epsilon"), 0.1);
  assert.equal(option("discounted-thompson", "gamma"), 0.995);
  assert.equal(option("page-hinkley", "detect"), 50);
  assert.equal(option("discounted-linucb", "gamma"), 0.995);
});

Deno.test("makeBandit() names arms by number when it is told how many", () => {
  assert.deepEqual(makeBandit("eps", 3).arms, ["0", "1", "2"]);
  for (const bad of [0, 1.5, -1, NaN]) assert.throws(() => makeBandit("eps", bad), RangeError);
});

Deno.test("makeBandit() refuses unknown names and options and tells the nearest", () => {
  assert.throws(
    () => makeBandit("tompson", 2),
    /no bandit is named "tompson"; nearest: .*thompson/,
  );
  assert.throws(() => makeBandit("squarebc", 2), /square-cb/);
  assert.throws(() => makeBandit("constructor", 2), /no bandit is named/);
  assert.throws(
    () => makeBandit("eps", 2, { epsilom: 1 }),
    /no bandit has an option "epsilom"; nearest: epsilon/,
  );
  assert.throws(() => makeBandit("linucb", 2), /option size is undefined/);
  assert.throws(() => makeBandit("eps", 2, { epsilon: "0.1" }), /option epsilon is 0.1/);
});

Deno.test("makeBandit() passes over what only other kinds take, and what is undefined", () => {
  const bandit = makeBandit("ucb", 2, { epsilon: 0.3, c: undefined, seed: 4 });
  assert.equal(bandit.snapshot().options["c"], 2);
  assert.equal(bandit.snapshot().rng.seed, 4);
});
