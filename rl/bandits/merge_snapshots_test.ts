import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { close, makeVariant, play, SIZE, variantName, VARIANTS } from "./_testing.ts";
import {
  type Bandit,
  type BanditSnapshot,
  fadeSnapshot,
  mergeSnapshots,
  restoreBandit,
  withArms,
} from "./mod.ts";

const ARMS = ["a", "b", "c"];
const CONTEXT = Array.from({ length: SIZE }, (_, i) => 0.2 + i / 3);

/** The same rewards whatever is chosen: what is learned depends on the seed alone. */
function teach(bandit: Bandit, rounds: number, seed: number): void {
  const rng = createRng(seed);
  for (let t = 0; t < rounds; t++) {
    const context = Array.from({ length: SIZE }, () => rng.float());
    bandit.update(rng.int(2), rng.float(), context);
  }
}

/** Bandits whose states are sums, and those whose are not. */
const ordered = VARIANTS.filter(([name, { alpha, detect }]) =>
  ["gradient", "sw-ucb"].includes(name) || alpha || detect
);
const summed = VARIANTS.filter((variant) =>
  !ordered.includes(variant) && variant[1]["scale"] !== "standard" && !variant[1]["coin"]
);

for (const variant of summed) {
  const name = variantName(variant);

  Deno.test(`mergeSnapshots() of ${name} is what one process would have learned`, () => {
    const whole = makeVariant(variant, ARMS);
    teach(whole, 30, 1);
    const base = whole.snapshot();
    const [ours, theirs] = [restoreBandit(base), restoreBandit(base)];
    teach(ours, 24, 2);
    teach(theirs, 36, 3);
    const merged = mergeSnapshots(base, ours.snapshot(), theirs.snapshot());
    // One after the other; the last update is a multiple of the refresh, where that matters.
    teach(whole, 24, 2);
    teach(whole, 36, 3);
    const restored = restoreBandit(JSON.parse(JSON.stringify(merged)));
    assert.equal(merged.updates, 90);
    for (const arm of [0, 1, 2]) {
      const found = Object.values(restored.estimate(arm, CONTEXT)) as number[];
      const expected = Object.values(whole.estimate(arm, CONTEXT)) as number[];
      assert.ok(close(found, expected, 1e-8), `arm ${arm}: ${found}, expected ${expected}`);
    }
    const mask = [true, true, true];
    assert.ok(close(restored.probs(mask, CONTEXT), whole.probs(mask, CONTEXT), 1e-6));
    play(restored, 10, 4);
  });

  Deno.test(`mergeSnapshots() of ${name} with a side that learned nothing is the other side`, () => {
    const bandit = makeVariant(variant, ARMS);
    teach(bandit, 30, 1);
    const base = bandit.snapshot();
    teach(bandit, 21, 2);
    const after = bandit.snapshot();
    for (const merged of [mergeSnapshots(base, base, after), mergeSnapshots(base, after, base)]) {
      const restored = restoreBandit(merged);
      for (const arm of [0, 1, 2]) {
        const found = Object.values(restored.estimate(arm, CONTEXT)) as number[];
        const expected = Object.values(bandit.estimate(arm, CONTEXT)) as number[];
        assert.ok(close(found, expected, 1e-8), `arm ${arm}: ${found}, expected ${expected}`);
      }
    }
  });

  Deno.test(`fadeSnapshot() of ${name} leaves a share of the counts`, () => {
    const bandit = makeVariant(variant, ARMS);
    teach(bandit, 60, 1);
    const faded = restoreBandit(fadeSnapshot(bandit.snapshot(), 0.25));
    for (const arm of [0, 1, 2]) {
      const [before, after] = [bandit.estimate(arm, CONTEXT), faded.estimate(arm, CONTEXT)];
      assert.ok(close([after.count], [before.count / 4]));
      if (before.count > 0) assert.ok(after.high - after.low > before.high - before.low);
    }
    assert.equal(faded.snapshot().updates, 15);
    play(faded, 20, 2);
    const same = restoreBandit(fadeSnapshot(bandit.snapshot(), 1)).estimate(0, CONTEXT);
    const expected = Object.values(bandit.estimate(0, CONTEXT)) as number[];
    assert.ok(close(Object.values(same) as number[], expected, 1e-8));
  });
}

for (const variant of ordered) {
  Deno.test(`mergeSnapshots() refuses ${variantName(variant)} and says why`, () => {
    const snapshot = makeVariant(variant, ARMS).snapshot();
    assert.throws(
      () => mergeSnapshots(snapshot, snapshot, snapshot),
      /cannot be merged: .* order.*; let one process apply all events/,
    );
    assert.throws(() => fadeSnapshot(snapshot, 0.5), /cannot be faded/);
  });
}

Deno.test("mergeSnapshots() keeps the arms of both sides, by name", () => {
  const before = makeVariant(["thompson", {}], ARMS);
  before.update(0, 1);
  const base = before.snapshot();
  const ours = restoreBandit(withArms(base, { add: ["mine"] }));
  const theirs = restoreBandit(withArms(base, { add: ["2"], remove: ["a"] }));
  ours.update(3, 1);
  ours.update(0, 1);
  theirs.update(2, 1);
  const merged = restoreBandit(mergeSnapshots(base, ours.snapshot(), theirs.snapshot()));
  assert.deepEqual(merged.arms, ["a", "b", "c", "mine", "2"]);
  assert.deepEqual([0, 1, 2, 3, 4].map((arm) => merged.estimate(arm).count), [2, 0, 0, 1, 1]);
});

Deno.test("mergeSnapshots() refuses states of different bandits or without the base", () => {
  const make = (name: string, options = {}): BanditSnapshot => {
    const bandit = makeVariant([name, options], ARMS);
    teach(bandit, 20, 1);
    return bandit.snapshot();
  };
  const base = make("ucb1");
  assert.throws(
    () => mergeSnapshots(base, base, make("kl-ucb")),
    /only states of one bandit merge/,
  );
  assert.throws(() => mergeSnapshots(base, base, make("ucb1", { c: 9 })), /only states of one/);
  const fresh = makeVariant(["ucb1", {}], ARMS).snapshot();
  assert.throws(() => mergeSnapshots(base, base, fresh), /theirs has 0 updates, the base 20/);
  for (const variant of summed) {
    const before = makeVariant(variant, ARMS);
    teach(before, 20, 1);
    const other = makeVariant(variant, ARMS);
    for (let i = 0; i < 40; i++) other.update(2, 0.5, CONTEXT);
    assert.throws(
      () => mergeSnapshots(before.snapshot(), before.snapshot(), other.snapshot()),
      /it did not go on from it/,
      variantName(variant),
    );
  }
});

Deno.test("mergeSnapshots() refuses scalings that still moved, and takes frozen ones", () => {
  const bandit = makeVariant(["lin-ucb", { size: SIZE, scale: "standard", freezeAfter: 20 }], ARMS);
  const states = [10, 10, 10].map((rounds) => {
    teach(bandit, rounds, 1);
    return bandit.snapshot();
  }) as [BanditSnapshot, BanditSnapshot, BanditSnapshot];
  assert.throws(
    () => mergeSnapshots(states[0], states[1], states[0]),
    /after the scaling has frozen/,
  );
  assert.equal(mergeSnapshots(states[1], states[2], states[2]).updates, 40);
});

Deno.test("mergeSnapshots() and fadeSnapshot() refuse damaged states and weights", () => {
  const good = makeVariant(["ucb1", {}], ARMS).snapshot();
  const bad = { ...good, arms: { a: [NaN, 0, 0] } };
  for (const three of [[bad, good, good], [good, bad, good], [good, good, bad]]) {
    assert.throws(
      () => mergeSnapshots(...three as [BanditSnapshot, BanditSnapshot, BanditSnapshot]),
      RangeError,
    );
  }
  assert.throws(() => fadeSnapshot(bad, 0.5), RangeError);
  for (const weight of [0, -1, 1.1, NaN]) {
    assert.throws(() => fadeSnapshot(good, weight), RangeError);
  }
});
