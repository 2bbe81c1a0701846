import fc from "fast-check";
import assert from "node:assert/strict";
import { makeVariant, play, SIZE, variantName, VARIANTS } from "./_testing.ts";
import { restoreBandit } from "./mod.ts";
import type { BanditSnapshot } from "./types.ts";

const ARMS = ["run_tests", "lint", "10", "2", "__proto__"];
const ALL = ARMS.map(() => true);
const ZERO = Array.from({ length: SIZE }, () => 0);
const context = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
  minLength: SIZE,
  maxLength: SIZE,
});

for (const variant of VARIANTS) {
  const name = variantName(variant);

  Deno.test(`${name} probs() is a distribution over the open arms, whatever was learned`, () => {
    const step = fc.tuple(
      fc.nat(ARMS.length - 1),
      fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
      context,
    );
    const masks = fc.array(fc.boolean(), { minLength: ARMS.length, maxLength: ARMS.length });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), masks, context, (steps, mask, now) => {
        const bandit = makeVariant(variant, ARMS);
        for (const [arm, reward, then] of steps) bandit.update(arm, reward, then);
        const probs = bandit.probs(mask, now);
        const sum = probs.reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum - (mask.includes(true) ? 1 : 0)) < 1e-12, `sum ${sum}`);
        probs.forEach((p, arm) => assert.ok(mask[arm] ? p >= 0 && p <= 1 : p === 0, `${p}`));
        const { mean, low, high, count } = bandit.estimate(0, now);
        assert.ok([mean, low, high, count].every(Number.isFinite) && low <= high && count >= 0);
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  Deno.test(`${name} pick() draws from the probabilities it tells`, () => {
    const bandit = makeVariant(variant, ARMS);
    play(bandit, 40, 2);
    const mask = [true, false, true, true, true];
    const told = bandit.probs(mask, ZERO);
    const counts = new Float64Array(ARMS.length);
    const draws = 4000;
    for (let i = 0; i < draws; i++) {
      const choice = bandit.pick(mask, ZERO)!;
      assert.equal(choice.propensity, told[choice.arm]);
      assert.deepEqual(choice.probs, told);
      counts[choice.arm]!++;
    }
    // Pearson's test; 4 degrees of freedom stay below 23.5 in all but one of 10,000.
    let chi = 0;
    told.forEach((p, arm) => {
      if (p > 0) chi += (counts[arm]! - draws * p) ** 2 / (draws * p);
      else assert.equal(counts[arm], 0);
    });
    assert.ok(chi < 23.5, `chi squared ${chi}`);
  });

  Deno.test(`${name} pick() is undefined and takes no number when everything is masked`, () => {
    const bandit = makeVariant(variant, ARMS);
    const none = ARMS.map(() => false);
    assert.equal(bandit.pick(none, ZERO), undefined);
    assert.deepEqual([...bandit.probs(none, ZERO)], [0, 0, 0, 0, 0]);
    assert.equal(bandit.snapshot().rng.drawn, 0);
  });

  Deno.test(`${name} restoreBandit() goes on bit for bit from JSON`, () => {
    const whole = makeVariant(variant, ARMS, 3);
    const first = makeVariant(variant, ARMS, 3);
    play(whole, 60, 4);
    play(first, 60, 4);
    const saved = first.snapshot();
    const second = restoreBandit(JSON.parse(JSON.stringify(saved)));
    assert.deepEqual(second.arms, ARMS);
    assert.deepEqual(play(second, 60, 5), play(whole, 60, 5));
    assert.deepEqual(second.snapshot(), whole.snapshot());
  });

  Deno.test(`${name} update() refuses what is no reward, arm or context, and changes nothing`, () => {
    const bandit = makeVariant(variant, ARMS);
    play(bandit, 10, 6);
    const before = JSON.stringify(bandit.snapshot());
    for (const reward of [NaN, Infinity, -Infinity]) {
      assert.throws(() => bandit.update(0, reward, ZERO), RangeError);
    }
    if (bandit.kind !== "thompson-gaussian") {
      for (const reward of [-0.01, 1.01]) {
        assert.throws(() => bandit.update(0, reward, ZERO), /createRewardRange/);
      }
    }
    for (const arm of [-1, ARMS.length, 0.5, NaN]) {
      assert.throws(() => bandit.update(arm, 0.5, ZERO), RangeError);
      assert.throws(() => bandit.estimate(arm, ZERO), RangeError);
    }
    if ("size" in variant[1]) {
      for (const bad of [undefined, [0, 0], [0, 0, NaN], [0, 0, 0, 0], [0, Infinity, 0]]) {
        assert.throws(() => bandit.update(0, 0.5, bad), RangeError);
        assert.throws(() => bandit.probs(ALL, bad), RangeError);
        assert.throws(() => bandit.estimate(0, bad), RangeError);
      }
    }
    assert.throws(() => bandit.probs([true], ZERO), /a mask of 1 for 5 arms/);
    assert.equal(JSON.stringify(bandit.snapshot()), before);
  });

  Deno.test(`${name} treats fresh arms alike`, () => {
    const probs = makeVariant(variant, ARMS).probs([true, true, false, true, true], ZERO);
    for (const arm of [0, 1, 3, 4]) assert.ok(Math.abs(probs[arm]! - 0.25) < 1e-3, `${probs[arm]}`);
  });

  Deno.test(`${name} restoreBandit() refuses a damaged snapshot`, () => {
    const bandit = makeVariant(variant, ARMS);
    play(bandit, 30, 7);
    const good: BanditSnapshot = bandit.snapshot();
    const [at, kept] = Object.entries(good.arms).find(([, numbers]) => numbers.length > 0)!;
    const withArm = (numbers: unknown) => ({ ...good, arms: { ...good.arms, [at]: numbers } });
    const damaged: unknown[] = [
      null,
      { ...good, v: 2 },
      { ...good, v: undefined },
      { ...good, kind: "oracle" },
      { ...good, kind: 7 },
      { ...good, options: null },
      { ...good, options: { ...good.options, floor: -1, epsilon: 2 } },
      { ...good, updates: -1 },
      { ...good, updates: NaN },
      { ...good, rng: null },
      { ...good, rng: { seed: 1, stream: 0, drawn: -4 } },
      { ...good, arms: null },
      { ...good, arms: {}, order: [] },
      { ...good, order: ARMS.slice(1) },
      { ...good, order: [...ARMS.slice(1), "lint"] },
      withArm("none"),
      withArm([NaN]),
      withArm([...kept.slice(1), null]),
      withArm([...kept, 1]),
      withArm(kept.map(() => -5)),
    ];
    for (const snapshot of damaged) {
      assert.throws(() => restoreBandit(snapshot as BanditSnapshot), RangeError);
    }
  });
}

Deno.test("createBandit functions refuse lists of names that are none", () => {
  for (const arms of [[], ["a", "a"], [""], ["a", 1 as unknown as string]]) {
    assert.throws(() => makeVariant(["ucb1", {}], arms), RangeError);
  }
});

Deno.test("restoreBandit() refuses a newer version with the way out", () => {
  const good = makeVariant(["ucb1", {}], ARMS).snapshot();
  assert.throws(
    () => restoreBandit({ ...good, v: 2 } as unknown as BanditSnapshot),
    /version 2; this program reads version 1: use the program that wrote it/,
  );
  assert.throws(() => restoreBandit({ ...good, kind: "lin-ucp" }), /nearest: lin-ucb/);
});

Deno.test("a seed makes the choices of a bandit, another seed makes others", () => {
  const choices = [1, 1, 2].map((seed) => play(makeVariant(["thompson", {}], ARMS, seed), 100, 9));
  assert.deepEqual(choices[0], choices[1]);
  assert.notDeepEqual(choices[0], choices[2]);
});

Deno.test("probs() gives an array that later calls leave alone", () => {
  const bandit = makeVariant(["epsilon-greedy", {}], ["a", "b", "c"]);
  const first = bandit.probs([true, true, true]);
  const copy = first.slice();
  bandit.update(0, 1);
  for (let i = 0; i < 100; i++) bandit.probs([true, false, true])[1] = 7;
  assert.deepEqual(first, copy);
  assert.deepEqual([...bandit.probs([false, true, true])], [0, 0.5, 0.5]);
});
