import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { sampleNormal } from "../sample/mod.ts";
import { close, solve } from "./_testing.ts";
import {
  type Bandit,
  createLinSoftmax,
  createLinTs,
  createLinUcb,
  createSquareCb,
  createThompson,
  type LinUcbOptions,
  restoreBandit,
} from "./mod.ts";

const ARMS = ["a", "b"];
const BOTH = [true, true];

type Seen = readonly { arm: number; reward: number; x: readonly number[] }[];

/** Mean and xᵀA⁻¹x of an arm the plain way, with all rewards weighted by γ^age. */
function plain(seen: Seen, arm: number, x: readonly number[], lambda: number, gamma = 1) {
  const d = x.length;
  const a = Array.from(
    { length: d },
    (_, i) => Array.from({ length: d }, (_, j) => i === j ? lambda : 0),
  );
  const b = new Array<number>(d).fill(0);
  seen.forEach((row, s) => {
    if (row.arm !== arm) return;
    const weight = gamma ** (seen.length - 1 - s);
    for (let i = 0; i < d; i++) {
      b[i] = b[i]! + weight * row.reward * row.x[i]!;
      for (let j = 0; j < d; j++) a[i]![j] = a[i]![j]! + weight * row.x[i]! * row.x[j]!;
    }
  });
  const dot = (u: readonly number[], v: readonly number[]): number =>
    u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return { mean: dot(solve(a, b), x), width: dot(solve(a, x as number[]), x) };
}

function teach(bandit: Bandit, rounds: number, size: number, seed = 2): Seen {
  const rng = createRng(seed);
  return Array.from({ length: rounds }, () => {
    const context = Array.from({ length: size }, () => sampleNormal(rng));
    const [arm, reward] = [rng.int(bandit.arms.length), rng.float()];
    bandit.update(arm, reward, context);
    return { arm, reward, x: [...context, 1] };
  });
}

function checkAgainstPlain(
  options: Partial<LinUcbOptions>,
  rounds: number,
  tolerance = 1e-9,
): void {
  const bandit = createLinUcb(ARMS, { size: 4, ...options });
  const seen = teach(bandit, rounds, 4);
  const context = [0.3, -1, 0.5, 2];
  for (const arm of [0, 1]) {
    const { mean, low, high } = bandit.estimate(arm, context);
    const exact = plain(seen, arm, [...context, 1], options.lambda ?? 1, options.gamma);
    const two = Math.sqrt(exact.width);
    const expected = [exact.mean, exact.mean - two, exact.mean + two];
    assert.ok(close([mean, low, high], expected, tolerance), `${[mean, low, high]} ${expected}`);
  }
}

Deno.test("createLinUcb() believes what ridge regression gives", () => {
  checkAgainstPlain({}, 200);
  checkAgainstPlain({ lambda: 7 }, 50);
});

Deno.test("createLinUcb() believes the same when it inverts afresh at every turn", () => {
  checkAgainstPlain({ refresh: 1 }, 100);
  checkAgainstPlain({ refresh: 7 }, 100);
});

Deno.test("createLinUcb() with gamma forgets all but the ridge, for every arm", () => {
  // 60 updates: all arms are inverted afresh at the last one.
  checkAgainstPlain({ gamma: 0.9, refresh: 20 }, 60);
  checkAgainstPlain({ gamma: 0.5, refresh: 1 }, 300);
});

Deno.test("update() with a weight is that many updates of one linear bandit, and refused by others", () => {
  const [once, often] = [createLinUcb(ARMS, { size: 2 }), createLinUcb(ARMS, { size: 2 })];
  for (const [x, weight] of [[0.3, 3], [-1, 2], [0.7, 4]] as const) {
    once.update(0, 0.6, [x, 1 - x], weight);
    for (let i = 0; i < weight; i++) often.update(0, 0.6, [x, 1 - x]);
  }
  const values = [once, often].map((bandit) => Object.values(bandit.estimate(0, [0.2, 0.9])));
  assert.ok(close(values[0] as number[], values[1] as number[]));
  const refreshed = createLinUcb(ARMS, { size: 2, refresh: 2 });
  for (const [x, weight] of [[0.3, 3], [-1, 2], [0.7, 4]] as const) {
    refreshed.update(0, 0.6, [x, 1 - x], weight);
  }
  const again = Object.values(refreshed.estimate(0, [0.2, 0.9])) as number[];
  assert.ok(close(again, values[0] as number[]));
  for (const weight of [0, -1, NaN, Infinity]) {
    assert.throws(() => once.update(0, 0.5, [0, 0], weight), /a weight of/);
  }
  assert.throws(() => createThompson(ARMS).update(0, 1, [], 2), /thompson takes 1 alone/);
});

Deno.test("createLinUcb() drifts by less than 1e-9 in 20,000 updates of 32 numbers", () => {
  const options = { size: 32, bias: false };
  const [quick, exact] = [
    createLinUcb(["a"], options),
    createLinUcb(["a"], { ...options, refresh: 20_000 }),
  ];
  const rng = createRng(3);
  const x = new Float64Array(32);
  for (let t = 0; t < 20_000; t++) {
    for (let i = 0; i < 32; i++) x[i] = sampleNormal(rng);
    const reward = rng.float();
    quick.update(0, reward, x);
    exact.update(0, reward, x);
  }
  const [one, other] = [quick.estimate(0, x), exact.estimate(0, x)];
  assert.ok(Math.abs(one.mean - other.mean) < 1e-9);
  assert.ok(Math.abs(one.high - other.high) < 1e-9);
  assert.notEqual(one.high, other.high);
});

Deno.test("createLinUcb() takes the greatest θᵀx + α√(xᵀA⁻¹x) and spreads the floor", () => {
  for (const alpha of [0, 1, 3]) {
    const bandit = createLinUcb(ARMS, { size: 4, alpha, floor: 0.1 });
    const seen = teach(bandit, 30, 4, 5);
    const rng = createRng(9);
    for (let i = 0; i < 50; i++) {
      const context = Array.from({ length: 4 }, () => sampleNormal(rng));
      const [a, b] = [0, 1].map((arm) => {
        const { mean, width } = plain(seen, arm, [...context, 1], 1);
        return mean + alpha * Math.sqrt(width);
      }) as [number, number];
      const expected = a > b ? [0.95, 0.05] : [0.05, 0.95];
      assert.ok(close(bandit.probs(BOTH, context), expected), `alpha ${alpha}`);
    }
  }
});

Deno.test("linear bandits clip contexts and keep finite whatever comes", () => {
  const bandit = createLinUcb(ARMS, { size: 2 });
  for (const context of [[1e300, -1e300], [5e-324, 0], [-0, 1e18]]) bandit.update(0, 1, context);
  assert.deepEqual(bandit.estimate(0, [1e300, -1e300]), bandit.estimate(0, [5, -5]));
  assert.ok(Number.isFinite(bandit.estimate(0, [1e300, 0]).mean));
});

Deno.test("linear bandits with scale unit see directions alone", () => {
  const bandit = createLinUcb(ARMS, { size: 2, scale: "unit" });
  bandit.update(0, 1, [3, 4]);
  assert.deepEqual(bandit.estimate(0, [3e200, 4e200]), bandit.estimate(0, [3, 4]));
  assert.ok(Number.isFinite(bandit.estimate(0, [0, 0]).mean));
  const { mean, width } = plain([{ arm: 0, reward: 1, x: [0.6, 0.8, 1] }], 0, [0.6, 0.8, 1], 1);
  const found = bandit.estimate(0, [30, 40]);
  assert.ok(close([found.mean, found.high], [mean, mean + Math.sqrt(width)]));
});

Deno.test("linear bandits with scale standard see running units, which freeze", () => {
  const bandit = createLinUcb(ARMS, { size: 1, scale: "standard", freezeAfter: 50 });
  const rng = createRng(4);
  for (let i = 0; i < 50; i++) bandit.update(0, 0.5, [1000 + 10 * sampleNormal(rng)]);
  const frozen = bandit.snapshot().shared;
  for (let i = 0; i < 50; i++) bandit.update(0, 0.5, [-7]);
  assert.deepEqual(bandit.snapshot().shared, frozen);
  const [count, , mean, squares] = frozen as [number, number, number, number];
  assert.equal(count, 50);
  assert.ok(Math.abs(mean - 1000) < 5 && Math.abs(Math.sqrt(squares / 50) - 10) < 3);
});

Deno.test("createLinTs() tells the probability that a score drawn is the best", () => {
  for (const v of [0.1, 0.5]) {
    const bandit = createLinTs(ARMS, { size: 4, floor: 0, v });
    const seen = teach(bandit, 12, 4, 6);
    const context = [1.5, -1, 0.8, -0.5];
    const [a, b] = [0, 1].map((arm) => plain(seen, arm, [...context, 1], 1)) as [
      { mean: number; width: number },
      { mean: number; width: number },
    ];
    const rng = createRng(7);
    let wins = 0;
    const rounds = 20_000;
    for (let i = 0; i < rounds; i++) {
      const draw = (arm: { mean: number; width: number }): number =>
        arm.mean + v * Math.sqrt(arm.width) * sampleNormal(rng);
      if (draw(a) > draw(b)) wins++;
    }
    const told = bandit.probs(BOTH, context)[0]!;
    assert.ok(Math.abs(told - wins / rounds) < 0.015, `${told}, drawn ${wins / rounds}`);
  }
});

Deno.test("linear bandits without a bias take a context of zeros for no knowledge", () => {
  for (
    const bandit of [
      createLinTs(ARMS, { size: 2, bias: false }),
      createLinUcb(ARMS, { size: 2, bias: false }),
      createSquareCb(ARMS, { size: 2, bias: false }),
    ]
  ) {
    bandit.update(0, 1, [1, 1]);
    bandit.update(0, 1, [0, 0]);
    assert.ok(close(bandit.probs(BOTH, [0, 0]), [0.5, 0.5], 1e-3), bandit.kind);
    assert.equal(bandit.estimate(0, [0, 0]).count, 2);
  }
});

Deno.test("createSquareCb() gives 1/(K + γ·gap) to each arm but the best", () => {
  const names = ["a", "b", "c", "d"];
  const bandit = createSquareCb(names, { size: 1, gammaScale: 8, gammaExponent: 0.25 });
  for (let i = 0; i < 99; i++) bandit.update(i % 3, [0.2, 0.9, 0.5][i % 3]!, [1]);
  const mean = names.map((_, arm) => Math.min(1, Math.max(0, bandit.estimate(arm, [1]).mean)));
  const gamma = 8 * 100 ** 0.25;
  const other = (arm: number, k: number): number => 1 / (k + gamma * (mean[1]! - mean[arm]!));
  const [a, c, d] = [other(0, 4), other(2, 4), other(3, 4)];
  assert.ok(close(bandit.probs([true, true, true, true], [1]), [a, 1 - a - c - d, c, d]));
  const alone = other(0, 2);
  assert.ok(close(bandit.probs([true, true, false, false], [1]), [alone, 1 - alone, 0, 0]));
  assert.ok(close(bandit.probs([false, false, true, false], [1]), [0, 0, 1, 0]));
});

Deno.test("createSquareCb() lets equally good arms share what is left", () => {
  const bandit = createSquareCb(["a", "b", "c"], { size: 1 });
  for (let i = 0; i < 40; i++) bandit.update(i % 2, 1, [0]);
  const probs = bandit.probs([true, true, true], [0]);
  assert.equal(probs[0], probs[1]);
  assert.ok(probs[0]! > probs[2]! && probs[2]! > 0);
});

Deno.test("createLinSoftmax() prefers in proportion to exp(λ·θᵀx)", () => {
  const bandit = createLinSoftmax(ARMS, { size: 1, sharpness: 3, floor: 0 });
  for (let i = 0; i < 30; i++) bandit.update(i % 2, i % 2 === 0 ? 0.9 : 0.4, [0.5]);
  const [a, b] = [0, 1].map((arm) => bandit.estimate(arm, [0.5]).mean) as [number, number];
  const [p, q] = bandit.probs(BOTH, [0.5]) as unknown as [number, number];
  assert.ok(close([p / q], [Math.exp(3 * (a - b))]));
});

Deno.test("linear bandits refuse options out of range", () => {
  const bad = [
    {},
    { size: 0 },
    { size: 2.5 },
    { size: 2, lambda: 0 },
    { size: 2, gamma: 1.5 },
    { size: 2, clip: 0 },
    { size: 2, refresh: 0 },
    { size: 2, bias: "yes" },
    { size: 2, scale: "log" },
    { size: 2, alpha: NaN },
  ] as unknown as LinUcbOptions[];
  for (const options of bad) assert.throws(() => createLinUcb(ARMS, options), /option \w+ is/);
  assert.throws(() => createLinTs(ARMS, { size: 1, v: 0 }), RangeError);
  assert.throws(() => createSquareCb(ARMS, { size: 1, gammaExponent: 2 }), RangeError);
  assert.throws(() => createLinSoftmax(ARMS, { size: 1, sharpness: -1 }), RangeError);
});

Deno.test("linear bandits keep their state when sums cannot be inverted", () => {
  // Two numbers that are always alike, far above the ridge: A is singular in doubles.
  const bandit = createLinUcb(["a"], { size: 2, lambda: 1e-6, clip: 1e6, bias: false });
  bandit.update(0, 1, [1e6, 1e6]);
  const before = JSON.stringify(bandit.snapshot());
  assert.throws(
    () => bandit.update(0, 1, [1e6, 1e6]),
    /arm "a" are too much alike to be inverted: raise lambda/,
  );
  assert.equal(JSON.stringify(bandit.snapshot()), before);
});

Deno.test("linear bandits refuse a state whose inverse is none", () => {
  const bandit = createLinUcb(ARMS, { size: 1 });
  bandit.update(0, 1, [1]);
  const good = bandit.snapshot();
  const a = [...good.arms["a"]!];
  a[a.length - 1] = 0;
  const damaged = { ...good, arms: { ...good.arms, a } };
  assert.throws(() => restoreBandit(damaged), /arm "a" has no inverse/);
  assert.throws(
    () => restoreBandit({ ...good, arms: { a: good.arms["a"]!.with(1, 9) }, order: ["a"] }),
    /odd counts/,
  );
});
