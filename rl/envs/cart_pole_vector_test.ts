import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "../rng.ts";
import recorded from "./_gymnasium.json" with { type: "json" };
import { createCartPole } from "./cart_pole.ts";
import { createCartPoleVector } from "./cart_pole_vector.ts";
import type { VectorEnv } from "./types.ts";

type Snapshot = Record<string, unknown> & { x: number[]; steps: number[]; returns: number[] };

Deno.test("createCartPoleVector() plays the episodes of createCartPole() from the same seed", () => {
  const one = createCartPole();
  const many = createCartPoleVector(1);
  const rng = createRng(4);
  one.reset(7);
  many.reset(7);
  nearRow(many.obs, one.state());
  const returns: number[] = [];
  let earned = 0;
  for (let step = 0; step < 2000; step++) {
    const action = rng.int(2);
    const { reward, terminated, truncated } = one.step(action);
    many.step([action]);
    earned += reward;
    const found = [many.reward[0], many.terminated[0], many.truncated[0]];
    assert.deepEqual(found, [reward, Number(terminated), Number(truncated)]);
    if (terminated) {
      nearRow(many.finalObs, one.state());
      returns.push(earned);
      earned = 0;
      one.reset();
    }
    nearRow(many.obs, one.state());
    const { x, speed, angle, turn } = many.snapshot() as Record<string, [number]>;
    const state = one.state();
    [x, speed, angle, turn].forEach((value, i) =>
      assert.ok(Math.abs(value![0] - state[i]!) <= 1e-12, `${value} instead of ${state[i]}`)
    );
  }
  assert.ok(returns.length > 40);
  assert.deepEqual(many.takeReturns(), returns);
  assert.deepEqual(many.takeReturns(), []);
});

Deno.test("createCartPoleVector() does what gymnasium did, to 1e-9", () => {
  for (const episode of recorded.episodes.filter(({ env }) => env === "CartPole-v1")) {
    const many = createCartPoleVector(1);
    const numbers = (words: string) => words.split(" ").map(Number);
    const [x, speed, angle, turn] = numbers(episode.state).map((value) => [value]);
    many.restore({ ...many.snapshot() as Snapshot, x, speed, angle, turn });
    const states = numbers(episode.states);
    const actions = numbers(episode.actions);
    actions.forEach((action, i) => {
      many.step([action]);
      const last = i === actions.length - 1;
      assert.equal(many.terminated[0], Number(last && episode.terminated));
      assert.equal(many.truncated[0], Number(last && episode.truncated));
      if ((i + 1) % episode.every !== 0) return;
      const wanted = states.splice(0, 4);
      if (many.terminated[0] || many.truncated[0]) {
        return nearRow(many.finalObs, Float64Array.from(wanted));
      }
      const found = many.snapshot() as Record<string, [number]>;
      ["x", "speed", "angle", "turn"].forEach((name, j) =>
        assert.ok(Math.abs(found[name]![0] - wanted[j]!) <= 1e-9, `${name} at ${i}`)
      );
    });
  }
});

Deno.test("createCartPoleVector() cuts off a balanced pole after 500 steps, and does not end it", () => {
  const many = createCartPoleVector(2);
  many.reset(3);
  let steps = 0;
  while (many.truncated[0] === 0) {
    many.step([0, 4].map((at) => {
      const [x, speed, angle, turn] = many.obs.slice(at) as unknown as number[];
      return angle! + 0.3 * turn! + 0.02 * x! + 0.05 * speed! > 0 ? 1 : 0;
    }));
    steps++;
    assert.deepEqual([...many.terminated], [0, 0]);
  }
  assert.equal(steps, 500);
  assert.deepEqual([...many.truncated], [1, 1]);
  assert.deepEqual(many.takeReturns(), [500, 500]);
  assert.ok(many.obs.every((value) => Math.abs(value) <= 0.05), "the next episodes have begun");
  assert.notDeepEqual(many.finalObs, many.obs);
  many.step([0, 0]);
  assert.deepEqual([...many.truncated], [0, 0]);
});

Deno.test("createCartPoleVector() marks a pole that falls at its last step as terminated only", () => {
  const many = createCartPoleVector(1, { maxSteps: 9 });
  const kept = many.snapshot() as Snapshot;
  many.restore({ ...kept, angle: [0.2], turn: [3], steps: [8] });
  many.step([1]);
  assert.deepEqual([many.terminated[0], many.truncated[0]], [1, 0]);
});

Deno.test("createCartPoleVector() stays finite and within its limits whatever the actions", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), fc.nat(), (seed, n, other) => {
      const many = createCartPoleVector(n);
      many.reset(seed);
      const rng = createRng(other);
      for (let step = 0; step < 200; step++) {
        many.step(Array.from({ length: n }, () => rng.int(2)));
        for (let i = 0; i < n; i++) {
          const [x, speed, angle, turn] = many.obs.slice(i * 4) as unknown as number[];
          assert.ok(Math.abs(x!) <= 2.4 && Math.abs(angle!) <= 0.2095);
          assert.ok(Number.isFinite(speed) && Number.isFinite(turn));
        }
        assert.ok(many.finalObs.every(Number.isFinite));
      }
    }),
    { numRuns: 15, seed: 4 },
  );
});

Deno.test("createCartPoleVector() goes on bit for bit from a snapshot that went through JSON", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 7 }), fc.nat(60), (seed, n, before) => {
      const many = createCartPoleVector(n);
      many.reset(seed);
      play(many, before, seed);
      const kept = JSON.parse(JSON.stringify(many.snapshot()));
      const again = createCartPoleVector(n, { seed: 1 });
      again.restore(kept);
      assert.deepEqual(again.snapshot(), many.snapshot());
      assert.deepEqual(again.obs, many.obs);
      assert.deepEqual(play(again, 80, 5), play(many, 80, 5));
      assert.deepEqual(again.snapshot(), many.snapshot());
    }),
    { numRuns: 25, seed: 4 },
  );
});

Deno.test("createCartPoleVector() gives the same numbers again from the same seed", () => {
  const many = createCartPoleVector(3);
  many.reset(5);
  const first = play(many, 60, 1);
  play(many, 7, 2);
  many.reset(5);
  assert.deepEqual(many.takeReturns(), [], "reset() forgets what was earned");
  assert.deepEqual(play(many, 60, 1), first);
  many.reset(6);
  assert.notDeepEqual(play(many, 60, 1), first);
  assert.deepEqual(createCartPoleVector(2).obs, createCartPoleVector(2, { seed: 0 }).obs);
});

Deno.test("createCartPoleVector() refuses actions that are none, and no copy moves", () => {
  const many = createCartPoleVector(3);
  many.reset(5);
  const kept = many.snapshot();
  for (const bad of [2, -1, 0.5, NaN]) {
    assert.throws(() => many.step([0, 1, bad]), /RangeError.*no such action of copy 2/);
  }
  assert.throws(() => many.step([0, 1]), /RangeError.*2 actions for 3 copies/);
  assert.deepEqual(many.snapshot(), kept);
  for (const n of [0, -1, 1.5, NaN]) {
    assert.throws(() => createCartPoleVector(n), /RangeError.*not a number of copies/);
  }
  assert.throws(() => createCartPoleVector(1, { maxSteps: 0 }), /RangeError.*maxSteps/);
  assert.throws(() => many.reset(NaN), /RangeError.*not a seed/);
});

Deno.test("createCartPoleVector() refuses a damaged snapshot and stays as it was", () => {
  const many = createCartPoleVector(2);
  many.reset(5);
  play(many, 30, 1);
  const kept = many.snapshot() as Snapshot;
  const bad: [unknown, RegExp][] = [
    [null, /not a snapshot/],
    [{ ...kept, v: 2 }, /version 2, known is 1/],
    [{ ...kept, env: "CartPole-v1" }, /snapshot of CartPole-v1, wanted/],
    [createCartPoleVector(3).snapshot(), /damaged snapshot: x/],
    [{ ...kept, x: [0, 2.5] }, /damaged snapshot: x/],
    [{ ...kept, angle: [0, 0.3] }, /damaged snapshot: angle/],
    [{ ...kept, speed: [0, 1e300] }, /damaged snapshot: speed/],
    [{ ...kept, turn: [null, 0] }, /damaged snapshot: turn/],
    [{ ...kept, steps: [0, 500] }, /damaged snapshot: steps/],
    [{ ...kept, steps: [0, 0.5] }, /damaged snapshot: steps/],
    [{ ...kept, terminated: [0, 2] }, /damaged snapshot: terminated/],
    [{ ...kept, finalObs: kept.x }, /damaged snapshot: finalObs/],
    [{ ...kept, finalObs: [0.1, 0, 0, 0, 0, 0, 0, 0] }, /damaged snapshot: finalObs/],
    [{ ...kept, returns: "none" }, /damaged snapshot: returns/],
    [{ ...kept, rng: 5 }, /damaged snapshot: rng/],
    [{ ...kept, rng: {} }, /state of a generator/],
  ];
  for (const [snapshot, message] of bad) {
    assert.throws(() => many.restore(snapshot), (error) => {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(many.snapshot(), kept);
  }
});

function play(many: VectorEnv, steps: number, seed: number): unknown[] {
  const rng = createRng(seed);
  const found: unknown[] = [];
  for (let step = 0; step < steps; step++) {
    many.step(Array.from({ length: many.n }, () => rng.int(2)));
    found.push([...many.obs, ...many.reward, ...many.terminated, ...many.finalObs]);
  }
  return found;
}

/** Single precision of the same state; the two sines may differ in their last bit. */
function nearRow(found: Float32Array, wanted: Float64Array): void {
  wanted.forEach((value, i) =>
    assert.ok(Math.abs(found[i]! - value) <= 1e-6, `${found[i]} instead of ${value}`)
  );
}
