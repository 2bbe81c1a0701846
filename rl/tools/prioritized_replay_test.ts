import assert from "node:assert/strict";
import fc from "fast-check";
import { createPrioritizedReplay } from "./prioritized_replay.ts";

Deno.test("createPrioritizedReplay() draws as often as P(i) says, and weighs it away", () => {
  const priorities = [0, 0.5, 1, 4, 9];
  const replay = createPrioritizedReplay<number>({ capacity: 5, alpha: 0.6, rng: 3 });
  for (const [i, priority] of priorities.entries()) replay.add(i, priority);
  const masses = priorities.map((p) => (p + 1e-6) ** 0.6);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const n = 100_000;
  const { items, weights, slots } = replay.sample(n, 0.5);
  const counts = new Float64Array(5);
  for (const item of items) counts[item]!++;
  for (const [i, mass] of masses.entries()) {
    assert.ok(Math.abs(counts[i]! / n - mass / total) < 0.003, `${i}: ${counts[i]}`);
  }
  const raw = (slot: number) => (5 * masses[slot]! / total) ** -0.5;
  const most = Math.max(...Array.from(slots, raw));
  for (let i = 0; i < 50; i++) {
    assert.ok(Math.abs(weights[i]! - raw(slots[i]!) / most) < 1e-12);
  }
});

Deno.test("createPrioritizedReplay() keeps the newest, and draws the same for the same seed", () => {
  const make = () => {
    const replay = createPrioritizedReplay<number>({ capacity: 3, rng: 11 });
    for (let i = 0; i < 8; i++) replay.add(i);
    return replay;
  };
  const replay = make();
  assert.equal(replay.size, 3);
  const { items } = replay.sample(300);
  assert.deepEqual([...new Set(items)].sort(), [5, 6, 7]);
  assert.deepEqual(make().sample(300).items, items);
});

Deno.test("createPrioritizedReplay() takes new priorities, or none of a damaged list", () => {
  const replay = createPrioritizedReplay<string>({ capacity: 4, alpha: 1, rng: 1 });
  replay.add("a", 1);
  replay.add("b", 1);
  replay.prioritize([0], [1e6]);
  const share = () => replay.sample(1000).items.filter((item) => item === "a").length;
  assert.ok(share() > 990);
  for (const bad of [NaN, -1, Infinity, 1e200]) {
    assert.throws(() => replay.prioritize([1, 0], [5, bad]), RangeError);
    assert.throws(() => replay.add("c", bad), RangeError);
  }
  assert.throws(() => replay.prioritize([2], [1]), /slot 2 is empty/);
  assert.throws(() => replay.prioritize([0], [1, 2]), /2 priorities for 1 slots/);
  assert.equal(replay.size, 2);
  assert.ok(share() > 990);
  // What comes new is drawn like the most surprising so far.
  replay.add("c");
  const { items } = replay.sample(1000);
  assert.ok(Math.abs(items.filter((item) => item === "c").length - 500) < 20);
});

Deno.test("createPrioritizedReplay() never draws what is not there, whatever the priorities", () => {
  const priority = fc.double({ min: 0, max: 1e90, noNaN: true });
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 9 }),
    fc.array(priority, { minLength: 1, maxLength: 30 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (capacity, priorities, beta) => {
      const replay = createPrioritizedReplay<number>({ capacity, rng: priorities.length });
      for (const [i, one] of priorities.entries()) replay.add(i, one);
      const { items, weights, slots } = replay.sample(20, beta);
      const oldest = Math.max(0, priorities.length - capacity);
      assert.ok(items.every((item) => item >= oldest && item < priorities.length));
      assert.ok(slots.every((slot) => slot >= 0 && slot < replay.size));
      assert.ok(weights.every((weight) => weight >= 0 && weight <= 1));
      assert.equal(Math.max(...weights), 1);
    },
  ));
});

Deno.test("createPrioritizedReplay() refuses what it cannot do", () => {
  const replay = createPrioritizedReplay<number>();
  assert.throws(() => replay.sample(1), /add\(\) first/);
  replay.add(1);
  for (const n of [0, 1.5, NaN]) assert.throws(() => replay.sample(n), RangeError);
  for (const beta of [-0.1, 1.1, NaN]) assert.throws(() => replay.sample(1, beta), RangeError);
  for (
    const options of [{ capacity: 0 }, { capacity: 1.5 }, { alpha: 2 }, { alpha: NaN }, {
      epsilon: 0,
    }]
  ) {
    assert.throws(() => createPrioritizedReplay(options), RangeError, JSON.stringify(options));
  }
});
