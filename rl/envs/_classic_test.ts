import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "../rng.ts";
import recorded from "./_gymnasium.json" with { type: "json" };
import { createAcrobot } from "./acrobot.ts";
import { createCartPole } from "./cart_pole.ts";
import { createMountainCar } from "./mountain_car.ts";
import { createPendulum } from "./pendulum.ts";
import type { ClassicOptions, StateEnv, StepResult } from "./types.ts";

const MAKE: Readonly<Record<string, (options?: ClassicOptions) => StateEnv>> = {
  "CartPole-v1": createCartPole,
  "MountainCar-v0": createMountainCar,
  "Acrobot-v1": createAcrobot,
  "Pendulum-v1": createPendulum,
};
const SIZES: Readonly<Record<string, number>> = {
  "CartPole-v1": 4,
  "MountainCar-v0": 2,
  "Acrobot-v1": 4,
  "Pendulum-v1": 2,
};
const MOST_STEPS: Readonly<Record<string, number>> = {
  "CartPole-v1": 500,
  "MountainCar-v0": 200,
  "Acrobot-v1": 500,
  "Pendulum-v1": 200,
};

for (const [name, make] of Object.entries(MAKE)) {
  const episodes = recorded.episodes.filter((episode) => episode.env === name);
  const actionOf = (word: number) =>
    make().spec.continuous ? word / 2 ** 30 - 2 : word % make().spec.actions;

  Deno.test(`${name} does what gymnasium ${recorded.gymnasium} did, to 1e-9`, () => {
    assert.ok(episodes.length >= 2);
    for (const episode of episodes) {
      const env = make();
      const [actions, rewards, states] = [episode.actions, episode.rewards, episode.states]
        .map((words) => words.split(" ").map(Number)) as [number[], number[], number[]];
      env.setState(episode.state.split(" ").map(Number));
      actions.forEach((action, i) => {
        const { reward, terminated, truncated } = env.step(action);
        const last = i === actions.length - 1;
        near([reward], [rewards[i]!]);
        assert.equal(terminated, last && episode.terminated, `terminated at ${i}`);
        assert.equal(truncated, last && episode.truncated, `truncated at ${i}`);
        if ((i + 1) % episode.every === 0 || last) near(env.state(), states.splice(0, SIZES[name]));
      });
      assert.deepEqual(states, [], "all states were compared");
    }
  });

  Deno.test(`${name} gives only finite numbers whatever the actions, and its ends are final`, () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.nat(2 ** 32 - 1), { minLength: 1, maxLength: 300 }),
        (seed, words) => {
          const env = make();
          let obs = env.reset(seed);
          assert.equal(obs.length, env.spec.obsSize);
          assert.equal(env.state().length, SIZES[name]);
          for (const word of words) {
            const step: StepResult = env.step(actionOf(word));
            obs = step.obs;
            assert.ok(obs.every(Number.isFinite) && env.state().every(Number.isFinite));
            assert.ok(Number.isFinite(step.reward));
            assert.ok(!step.terminated || !step.truncated);
            if (!step.terminated && !step.truncated) continue;
            const before = env.snapshot();
            assert.throws(() => env.step(0), /RangeError.*has ended; reset\(\)/);
            assert.deepEqual(env.snapshot(), before);
            break;
          }
        },
      ),
      { numRuns: 60, seed: 4 },
    );
  });

  Deno.test(`${name} plays the same episodes from the same seed, and others from another`, () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [one, two, other] = [make(), make({ seed: seed + 1 }), make({ seed: seed + 2 })];
        other.reset();
        const played = [one, two].map((env) => {
          env.reset(seed);
          const first = play(env, seed, actionOf);
          env.reset();
          return [first, play(env, seed, actionOf)];
        });
        assert.deepEqual(played[0], played[1]);
        assert.notDeepEqual(played[0]![0], played[0]![1], "the second episode goes on");
        assert.notDeepEqual(other.state(), make({ seed }).reset());
      }),
      { numRuns: 10, seed: 4 },
    );
  });

  Deno.test(`${name} goes on bit for bit from a snapshot that went through JSON`, () => {
    const env = make();
    env.reset(11);
    for (let i = 0; i < 5; i++) env.step(actionOf(i * 977_777_777 % 2 ** 32));
    const kept = JSON.parse(JSON.stringify(env.snapshot()));
    const again = make({ seed: 99 });
    again.restore(kept);
    assert.deepEqual(play(again, 3, actionOf), play(env, 3, actionOf));
    const ended = make();
    ended.restore(env.snapshot());
    assert.throws(() => ended.step(0), /has ended/);
    assert.deepEqual(again.reset(), env.reset(), "and so do the random numbers");
  });

  Deno.test(`${name} refuses a damaged snapshot and stays as it was`, () => {
    const env = make();
    env.reset(11);
    env.step(0);
    const kept = env.snapshot() as Record<string, unknown>;
    const other = name === "CartPole-v1" ? "Pendulum-v1" : "CartPole-v1";
    const bad: [unknown, RegExp][] = [
      [undefined, /not a snapshot/],
      ["{}", /not a snapshot/],
      [{ ...kept, v: 2 }, /version 2, known is 1/],
      [{ ...kept, env: other }, new RegExp(`snapshot of ${other}, wanted`)],
      [{ ...kept, state: [1] }, /damaged snapshot: state/],
      [{ ...kept, state: [1], open: false }, /damaged snapshot: state/],
      [{ ...kept, state: [NaN, 0, 0, 0].slice(0, SIZES[name]) }, /damaged snapshot: state/],
      [{ ...kept, state: [1e12, 0, 0, 0].slice(0, SIZES[name]) }, /damaged snapshot: state/],
      [{ ...kept, steps: -1 }, /damaged snapshot: steps/],
      [{ ...kept, steps: 501 }, /damaged snapshot: steps/],
      [{ ...kept, open: 1 }, /damaged snapshot: open/],
      [{ ...kept, steps: MOST_STEPS[name] }, /damaged snapshot: open/],
      [{ ...kept, rng: undefined }, /damaged snapshot: rng/],
      [{ ...kept, rng: { seed: 1, stream: 0, drawn: -4 } }, /state of a generator/],
    ];
    for (const [snapshot, message] of bad) {
      assert.throws(() => env.restore(snapshot), (error) => {
        assert.ok(error instanceof RangeError);
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(env.snapshot(), kept);
    }
  });

  Deno.test(`${name} refuses actions, states, limits and seeds that are none`, () => {
    const env = make();
    assert.throws(() => env.step(0), /has not begun/);
    env.reset(1);
    const kept = env.snapshot();
    const none = env.spec.continuous ? [NaN, Infinity] : [NaN, Infinity, -1, 0.5, 3];
    for (const action of none) assert.throws(() => env.step(action), /RangeError.*no such action/);
    for (const state of [[], [0], [NaN, 0, 0, 0].slice(0, SIZES[name]), [0, 0, 0, 0, 0]]) {
      assert.throws(() => env.setState(state), /RangeError.*not a state/);
    }
    const zeros = new Array(SIZES[name]).fill(0);
    for (const at of [-1, 0.5, 500]) {
      assert.throws(() => env.setState(zeros, at), /RangeError.*not a number of steps/);
    }
    assert.deepEqual(env.snapshot(), kept);
    for (const maxSteps of [0, -1, 1.5, NaN]) {
      assert.throws(() => make({ maxSteps }), /RangeError.*maxSteps must be/);
    }
    assert.throws(() => make({ seed: 0.5 }), /RangeError.*not a seed/);
    assert.throws(() => make().reset(NaN), /RangeError.*not a seed/);
  });

  Deno.test(`${name} cuts an episode off at maxSteps, and never with Infinity`, () => {
    const short = make({ maxSteps: 3 });
    short.reset(1);
    assert.deepEqual([1, 2, 3].map(() => short.step(0).truncated), [false, false, true]);
    short.setState(short.state(), 2);
    assert.equal(short.step(0).truncated, true, "setState() counts the steps behind it");
    const long = make({ maxSteps: Infinity });
    short.reset(1);
    long.setState(short.state(), 1e6);
    assert.equal(long.step(0).truncated, false);
  });
}

Deno.test("createCartPole() is terminated, not truncated, when it falls at its last step", () => {
  const env = createCartPole({ maxSteps: 1 });
  env.setState([0, 0, 0.2, 3]);
  const { terminated, truncated } = env.step(1);
  assert.deepEqual([terminated, truncated], [true, false]);
});

Deno.test("createMountainCar() ends at the goal at 0.5, unless the car rolls back there", () => {
  const env = createMountainCar();
  const endsAfter = (x: number, speed: number) => {
    env.setState([x, speed]);
    return env.step(1).terminated;
  };
  assert.equal(endsAfter(0.497, 0.005), true);
  assert.equal(endsAfter(0.493, 0.005), false);
  assert.equal(endsAfter(0.59, -0.05), false);
});

function play(env: StateEnv, seed: number, actionOf: (word: number) => number): unknown[] {
  const rng = createRng(seed);
  const found: unknown[] = [[...env.state()]];
  for (let i = 0; i < 500; i++) {
    const { obs, reward, terminated, truncated } = env.step(actionOf(rng.uint32()));
    found.push([...obs, reward, terminated, truncated, ...env.state()]);
    if (terminated || truncated) break;
  }
  return found;
}

function near(found: ArrayLike<number>, wanted: readonly number[]): void {
  assert.equal(found.length, wanted.length);
  wanted.forEach((value, i) =>
    assert.ok(
      Math.abs(found[i]! - value) <= 1e-9,
      `${found[i]} instead of ${value}`,
    )
  );
}
