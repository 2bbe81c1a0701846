import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { sampleBeta, sampleStudentT } from "../sample/mod.ts";
import { createBest } from "./_best.ts";
import { studentLaw } from "./_student.ts";
import { close } from "./_testing.ts";
import { type Bandit, createThompson, createThompsonGaussian } from "./mod.ts";

/** A bandit with floor 0 that saw so many successes and failures of each arm. */
function taught(counts: readonly (readonly [number, number])[]): Bandit {
  const bandit = createThompson(counts.map((_, arm) => `arm ${arm}`), { floor: 0 });
  counts.forEach(([s, f], arm) => {
    for (let i = 0; i < s; i++) bandit.update(arm, 1);
    for (let i = 0; i < f; i++) bandit.update(arm, 0);
  });
  return bandit;
}

/** ln Γ of a whole number. */
function lnFactorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
}
const lnBeta = (a: number, b: number): number =>
  lnFactorial(a - 1) + lnFactorial(b - 1) - lnFactorial(a + b - 1);

/** P(Beta(a, b) > Beta(c, d)) for whole numbers, in closed form (Miller, "Bayesian A/B testing"). */
function beats(a: number, b: number, c: number, d: number): number {
  let sum = 0;
  for (let i = 0; i < a; i++) {
    sum += Math.exp(
      lnBeta(c + i, b + d) - Math.log(b + i) - lnBeta(1 + i, b) - lnBeta(c, d),
    );
  }
  return sum;
}

/** Shares of wins among independent draws. */
function race(arms: number, draw: (arm: number) => number, rounds: number): Float64Array {
  const wins = new Float64Array(arms);
  for (let i = 0; i < rounds; i++) {
    let [best, of] = [-Infinity, 0];
    for (let arm = 0; arm < arms; arm++) {
      const value = draw(arm);
      if (value > best) [best, of] = [value, arm];
    }
    wins[of]! += 1 / rounds;
  }
  return wins;
}

Deno.test("createThompson() tells the exact probability that one of two arms is better", () => {
  const pairs = [
    [[0, 0], [1, 0]],
    [[3, 1], [10, 5]],
    [[0, 30], [0, 0]],
    [[200, 300], [210, 290]],
    [[2, 40], [30, 600]],
    [[0, 0], [900, 900]],
  ] as const;
  for (const [[s, f], [t, g]] of pairs) {
    const told = taught([[s, f], [t, g]]).probs([true, true])[0]!;
    const exact = beats(s + 1, f + 1, t + 1, g + 1);
    assert.ok(Math.abs(told - exact) < 0.002, `${[s, f, t, g]}: ${told}, exactly ${exact}`);
  }
});

Deno.test("createThompson() tells what drawing from the posteriors of ten arms gives", () => {
  const counts = [[1, 9], [5, 80], [2, 50], [0, 3], [1, 0], [0, 0], [10, 100], [0, 1], [40, 20], [
    7,
    60,
  ]] as const;
  const rng = createRng(8);
  const shares = race(
    10,
    (arm) => sampleBeta(rng, counts[arm]![0] + 1, counts[arm]![1] + 1),
    30_000,
  );
  const told = taught(counts).probs(counts.map(() => true));
  // Five standard errors of the draws, and half a hundredth for the integral.
  told.forEach((p, arm) => assert.ok(Math.abs(p - shares[arm]!) < 0.02, `${arm}: ${p}`));
  assert.ok(close([told.reduce((a, b) => a + b)], [1], 1e-12));
});

Deno.test("createThompson() gives each open arm its share of the floor", () => {
  const bandit = createThompson(["a", "b", "c", "d"], { floor: 0.2 });
  for (let i = 0; i < 300; i++) {
    for (const arm of [0, 1, 2, 3]) bandit.update(arm, arm === 0 ? 1 : 0);
  }
  assert.ok(close(bandit.probs([true, true, true, true]), [0.85, 0.05, 0.05, 0.05], 1e-6));
});

Deno.test("createThompson() splits a reward between success and failure", () => {
  const bandit = createThompson(["a"]);
  for (const reward of [0.25, 0.5, 1]) bandit.update(0, reward);
  const { mean, low, high, count } = bandit.estimate(0);
  const [s, f] = [1 + 1.75, 1 + 1.25];
  const two = 2 * Math.sqrt(s * f / ((s + f) ** 2 * (s + f + 1)));
  assert.ok(
    close([mean, count, low, high], [s / (s + f), 3, s / (s + f) - two, s / (s + f) + two]),
  );
});

Deno.test("createThompson() throws a coin with the reward when asked to", () => {
  const bandit = createThompson(["a"], { coin: true });
  for (let i = 0; i < 1000; i++) bandit.update(0, 0.3);
  const [s, f] = bandit.snapshot().arms["a"] as [number, number];
  assert.ok(Number.isInteger(s) && s + f === 1000);
  assert.ok(Math.abs(s - 300) < 5 * Math.sqrt(1000 * 0.21), `${s} successes`);
});

Deno.test("createThompson() lets sums fade at each update of any arm, and never the prior", () => {
  const gamma = 0.9;
  const bandit = createThompson(["a", "b"], { gamma, alpha: 2, beta: 3 });
  const sums = [[0, 0], [0, 0]];
  const rng = createRng(4);
  // Long enough to pass the point where the scale is taken into the sums.
  for (let t = 0; t < 3000; t++) {
    const [arm, reward] = [rng.int(2), rng.float()];
    bandit.update(arm, reward);
    for (const pair of sums) pair.forEach((value, i) => pair[i] = value * gamma);
    sums[arm]![0]! += reward;
    sums[arm]![1]! += 1 - reward;
  }
  for (const arm of [0, 1]) {
    const [s, f] = sums[arm]!;
    const { mean, count } = bandit.estimate(arm);
    assert.ok(close([mean, count], [(2 + s!) / (5 + s! + f!), s! + f!]));
  }
  for (let t = 0; t < 500; t++) bandit.update(0, 1);
  assert.ok(close([bandit.estimate(1).mean], [0.4], 1e-9), "an idle arm returns to the prior");
});

Deno.test("createThompson() forgets an arm whose rewards change when it is to detect that", () => {
  const [plain, watched] = [0, 5].map((detect) => {
    const bandit = createThompson(["a", "b"], { detect });
    for (let i = 0; i < 500; i++) for (const arm of [0, 1]) bandit.update(arm, arm === 1 ? 1 : 0.5);
    for (let i = 0; i < 60; i++) bandit.update(1, 0);
    return bandit;
  });
  assert.ok(plain!.estimate(1).mean > 0.8);
  assert.ok(watched!.estimate(1).mean < 0.3, `${watched!.estimate(1).mean}`);
  assert.equal(watched!.estimate(0).count, 500, "the other arm is not forgotten");
});

Deno.test("createThompson() refuses priors and factors out of range", () => {
  for (
    const options of [{ alpha: 0.1 }, { beta: NaN }, { gamma: 0 }, { gamma: 2 }, { detect: -1 }]
  ) {
    assert.throws(() => createThompson(["a"], options), RangeError);
  }
  assert.throws(() => createThompson(["a"], { coin: 1 as unknown as boolean }), /true or false/);
});

Deno.test("createThompsonGaussian() has the posterior of a Normal-Inverse-Gamma prior", () => {
  const bandit = createThompsonGaussian(["a"], { mean: 1, kappa: 2, a: 3, b: 4 });
  const rewards = [5, -3, 2.5, 100, 7];
  for (const reward of rewards) bandit.update(0, reward);
  const n = rewards.length;
  const average = rewards.reduce((x, y) => x + y) / n;
  const squares = rewards.reduce((sum, r) => sum + (r - average) ** 2, 0);
  const b = 4 + squares / 2 + 2 * n * (average - 1) ** 2 / (2 * (2 + n));
  const scale = Math.sqrt(b / ((3 + n / 2) * (2 + n)));
  const centre = (2 + n * average) / (2 + n);
  const { mean, low, high } = bandit.estimate(0);
  assert.ok(close([mean, low, high], [centre, centre - 2 * scale, centre + 2 * scale]));
});

Deno.test("createThompsonGaussian() tells what drawing from the posteriors gives", () => {
  const bandit = createThompsonGaussian(["a", "b", "c"], { floor: 0 });
  for (const reward of [2, 3, 2.5, 2.2]) bandit.update(0, reward);
  for (const reward of [-5, 9]) bandit.update(1, reward);
  const rng = createRng(6);
  const shares = race(3, (arm) => {
    const { mean, high, count } = bandit.estimate(arm);
    return mean + (high - mean) / 2 * sampleStudentT(rng, 2 + count);
  }, 30_000);
  bandit.probs([true, true, true]).forEach((p, arm) =>
    assert.ok(Math.abs(p - shares[arm]!) < 0.015, `${arm}: ${p}, drawn ${shares[arm]}`)
  );
});

Deno.test("createThompsonGaussian() knows an arm's tails the better the more it saw", () => {
  const bandit = createThompsonGaussian(["a", "b"], { floor: 0 });
  for (let i = 0; i < 8; i++) bandit.update(0, i % 2 === 0 ? 1 : -1);
  const { high } = bandit.estimate(0);
  // The other arm is all but certain to give 1.5 scales of the first one.
  for (let i = 0; i < 60_000; i++) bandit.update(1, 0.75 * high);
  // P(t > 1.5) with 10 degrees of freedom; with 2 it would be 0.136.
  const told = bandit.probs([true, true])[0]!;
  assert.ok(Math.abs(told - 0.0823) < 0.004, `${told}`);
});

Deno.test("createThompsonGaussian() refuses rewards whose squares no number holds", () => {
  const bandit = createThompsonGaussian(["a"]);
  assert.throws(() => bandit.update(0, 1e200), /too great/);
  bandit.update(0, 1e99);
  assert.ok(Number.isFinite(bandit.estimate(0).high));
});

Deno.test("the probability to be best agrees with the closed form for two normal draws", () => {
  const table = [[1, 1, 0.760250], [0.5, 0.01, 0.691441], [2, 3, 0.736455], [-1, 0.5, 0.185547]];
  for (const [by, scale, exact] of table as [number, number, number][]) {
    const laws = [studentLaw(Infinity), studentLaw(Infinity)];
    const best = createBest(2, {
      centre: Float64Array.of(by, 0),
      scale: Float64Array.of(1, scale),
      laws,
    });
    const out = new Float64Array(2);
    best(out, Int32Array.of(0, 1), 2);
    assert.ok(Math.abs(out[0]! - exact) < 0.002, `${by}, ${scale}: ${out[0]}, exactly ${exact}`);
  }
});

Deno.test("the probability to be best is right for heavy tails beside narrow draws", () => {
  // P(t with 2 degrees > 1) and P(t with 1 degree > 3).
  for (const [freedom, x, exact] of [[2, 1, 0.2113249], [1, 3, 0.1024164]] as const) {
    const best = createBest(2, {
      centre: Float64Array.of(0, x),
      scale: Float64Array.of(1, 1e-4),
      laws: [studentLaw(freedom), studentLaw(Infinity)],
    });
    const out = new Float64Array(2);
    best(out, Int32Array.of(0, 1), 2);
    assert.ok(Math.abs(out[0]! - exact) < 0.005, `${freedom}: ${out[0]}, exactly ${exact}`);
  }
});
