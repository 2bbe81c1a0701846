import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "../rng.ts";
import { createAcrobot } from "./acrobot.ts";
import { createCartPole } from "./cart_pole.ts";
import { createPendulum } from "./pendulum.ts";
import type { Env, StateEnv, VectorEnv } from "./types.ts";
import { createVectorEnv } from "./vector_env.ts";

Deno.test("createVectorEnv() steps each copy as it would step alone, and starts ended ones anew", () => {
  const inside: StateEnv[] = [];
  const many = createVectorEnv(() => inside[inside.push(createCartPole()) - 1]!, 3);
  many.reset(7);
  const alone = inside.map((env) => {
    const twin = createCartPole();
    twin.restore(env.snapshot());
    return twin;
  });
  const rng = createRng(4);
  const returns: number[] = [];
  const earned = [0, 0, 0];
  for (let step = 0; step < 300; step++) {
    const actions = alone.map(() => rng.int(2));
    many.step(actions);
    alone.forEach((twin, i) => {
      const { obs, reward, terminated, truncated } = twin.step(actions[i]!);
      assert.deepEqual(
        [many.reward[i], many.terminated[i], many.truncated[i]],
        [reward, Number(terminated), Number(truncated)],
      );
      earned[i]! += reward;
      let next = obs;
      if (terminated) {
        assert.deepEqual(many.finalObs.slice(i * 4, i * 4 + 4), Float32Array.from(obs));
        returns.push(earned[i]!);
        earned[i] = 0;
        next = twin.reset();
      }
      assert.deepEqual(many.obs.slice(i * 4, i * 4 + 4), Float32Array.from(next));
    });
  }
  assert.ok(returns.length > 20);
  assert.deepEqual(many.takeReturns(), returns);
});

Deno.test("createVectorEnv() keeps an end by time apart from an end by itself", () => {
  // Ends by itself at its third step, and says the limit of time was then, too.
  const env: Env = {
    spec: { obsSize: 1, actions: 2 },
    reset: () => new Float64Array(1),
    step: (action) => ({
      obs: new Float64Array([5]),
      reward: 2,
      terminated: action === 1,
      truncated: true,
    }),
  };
  const many = createVectorEnv(() => env, 2);
  many.reset(1);
  many.step([0, 1]);
  assert.deepEqual([...many.terminated], [0, 1]);
  assert.deepEqual([...many.truncated], [1, 0]);
  assert.deepEqual([[...many.finalObs], [...many.obs]], [[5, 5], [0, 0]]);
  assert.deepEqual(many.takeReturns(), [2, 2]);
});

Deno.test("createVectorEnv() seeds each copy for itself, and neighbouring seeds share none", () => {
  const many = createVectorEnv(() => createPendulum(), 4);
  const starts = new Set<number>();
  for (const seed of [0, 1, 2, 3]) {
    many.reset(seed);
    for (let i = 0; i < 4; i++) starts.add(many.obs[i * 3]!);
  }
  assert.equal(starts.size, 16);
  many.reset(1);
  assert.ok(starts.has(many.obs[0]!));
});

Deno.test("createVectorEnv() goes on bit for bit from a snapshot that went through JSON", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(40), (seed, before) => {
      for (const make of [createPendulum, createAcrobot, createCartPole]) {
        const many = createVectorEnv(() => make({ maxSteps: 25 }), 3);
        many.reset(seed);
        play(many, before, seed);
        const kept = JSON.parse(JSON.stringify(many.snapshot()));
        const again = createVectorEnv(() => make({ maxSteps: 25 }), 3);
        again.restore(kept);
        assert.deepEqual(play(again, 40, 5), play(many, 40, 5));
        assert.deepEqual(again.takeReturns(), many.takeReturns());
      }
    }),
    { numRuns: 8, seed: 4 },
  );
});

Deno.test("createVectorEnv() shows which actions each copy may take, after reset and end as well", () => {
  // May go on only while the count is below 2.
  const make = (): Env => {
    let count = 0;
    const obs = new Float64Array(1);
    return {
      spec: { obsSize: 1, actions: 2 },
      reset: () => (count = 0, obs),
      mask: () => [true, count < 1],
      step: () => ({ obs, reward: 0, terminated: ++count === 2, truncated: false }),
    };
  };
  const many = createVectorEnv(make, 2);
  many.reset(1);
  assert.deepEqual([...many.mask!], [1, 1, 1, 1]);
  many.step([0, 0]);
  assert.deepEqual([...many.mask!], [1, 0, 1, 0]);
  many.step([0, 0]);
  assert.deepEqual([...many.mask!], [1, 1, 1, 1]);
  assert.equal(createVectorEnv(() => createCartPole(), 1).mask, undefined);
});

Deno.test("createVectorEnv() refuses actions that are none, and no copy moves", () => {
  const many = createVectorEnv(() => createCartPole(), 2);
  assert.throws(() => many.step([0, 0]), /RangeError.*has not begun/);
  many.reset(5);
  const kept = many.snapshot();
  for (const bad of [2, -1, 0.5, NaN]) {
    assert.throws(() => many.step([0, bad]), /RangeError.*no such action/);
  }
  assert.throws(() => many.step([0]), /RangeError.*1 actions for 2 copies/);
  assert.deepEqual(many.snapshot(), kept);
});

Deno.test("createVectorEnv() refuses copies that differ, and a number of copies that is none", () => {
  const both = [createCartPole(), createPendulum()];
  assert.throws(() => createVectorEnv((i) => both[i]!, 2), /RangeError.*must be alike/);
  const { spec: { obsSize, actions }, reset, step } = both[1]!;
  const almost = [both[1]!, { spec: { obsSize, actions }, reset, step }];
  assert.throws(() => createVectorEnv((i) => almost[i]!, 2), /RangeError.*must be alike/);
  for (const n of [0, 1.5, NaN]) {
    assert.throws(() => createVectorEnv(() => both[0]!, n), /RangeError.*not a number of copies/);
  }
});

Deno.test("createVectorEnv() refuses a reward or an observation that is not finite", () => {
  let [reward, seen] = [NaN, 0];
  const env: Env = {
    spec: { obsSize: 1, actions: 2 },
    reset: () => new Float64Array(1),
    step: () => ({ obs: new Float64Array([seen]), reward, terminated: false, truncated: false }),
  };
  const many = createVectorEnv(() => env, 1);
  many.reset(1);
  assert.throws(() => many.step([0]), /RangeError.*reward of copy 0 is NaN/);
  [reward, seen] = [1, Infinity];
  assert.throws(() => many.step([0]), /RangeError.*observation 0 of copy 0: Infinity/);
});

Deno.test("createVectorEnv() refuses a damaged snapshot and stays as it was", () => {
  const many = createVectorEnv(() => createCartPole(), 2);
  many.reset(5);
  play(many, 30, 1);
  const kept = many.snapshot() as Record<string, unknown> & { envs: unknown[] };
  const bad: [unknown, RegExp][] = [
    [7, /not a snapshot/],
    [{ ...kept, v: "1" }, /version 1, known is 1/],
    [{ ...kept, env: "other" }, /snapshot of other, wanted/],
    [{ ...kept, envs: [kept.envs[0]] }, /damaged snapshot: envs/],
    [{ ...kept, envs: [createCartPole().snapshot(), {}] }, /version undefined/],
    [{ ...kept, obs: [] }, /damaged snapshot: obs/],
    [{ ...kept, obs: [0.1, 0, 0, 0, 0, 0, 0, 0] }, /damaged snapshot: obs/],
    [{ ...kept, reward: [null, 0] }, /damaged snapshot: reward/],
    [{ ...kept, truncated: [0, 3] }, /damaged snapshot: truncated/],
    [{ ...kept, returns: [NaN] }, /damaged snapshot: returns/],
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

Deno.test("createVectorEnv() says so when its environments cannot be kept", () => {
  const { spec, reset, step } = createCartPole();
  const many = createVectorEnv(() => ({ spec, reset, step }), 1);
  many.reset(1);
  assert.throws(() => many.snapshot(), /cannot be kept/);
});

function play(many: VectorEnv, steps: number, seed: number): unknown[] {
  const rng = createRng(seed);
  const { actions, continuous } = many.spec;
  const found: unknown[] = [];
  for (let step = 0; step < steps; step++) {
    many.step(
      Array.from({ length: many.n }, () => continuous ? 4 * rng.float() - 2 : rng.int(actions)),
    );
    found.push([...many.obs, ...many.reward, ...many.terminated, ...many.truncated]);
    found.push([...many.finalObs]);
  }
  return found;
}
