import { createRng } from "../rng.ts";
import { checkMaxSteps, readRng } from "./_classic.ts";
import { intact, numbers, openSnapshot, rowLike } from "./_snapshot.ts";
import type { ClassicOptions, VectorEnv } from "./types.ts";

const NAME = "CartPole-v1 vector";
const MOST_ANGLE = 12 * 2 * Math.PI / 360;
const MOST_X = 2.4;

/**
 * What numbers a snapshot may hold, without their signs. Beyond the limits a copy would have started
 * anew, and the polynomials below would be wrong; no episode reaches a speed of 1000.
 */
const MOST: Readonly<Record<string, number>> = {
  x: MOST_X,
  speed: 1000,
  angle: MOST_ANGLE,
  turn: 1000,
  finalObs: 1000,
  reward: 1,
};

/**
 * `n` CartPole-v1 as arrays, for training: the dynamics of `createCartPole`, several times faster
 * than copies of it. All copies draw their starts from one stream of random numbers.
 *
 * Sine and cosine are the polynomials of fdlibm's `__kernel_sin` and `__kernel_cos` (Sun, 1993; less
 * than 1 ulp off below pi/4): no angle here passes 12 degrees, as an episode ends there.
 *
 * @param n how many copies: an integer from 1.
 * @throws {RangeError} when `n`, `maxSteps` or the seed is no such number.
 *
 * @example
 * ```ts
 * import { createCartPoleVector } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const envs = createCartPoleVector(3);
 * envs.reset(7);
 * const kept = JSON.stringify(envs.snapshot());
 * for (let step = 0; step < 50; step++) envs.step([0, 1, step % 2]);
 * const returns = envs.takeReturns();
 * assert.ok(returns.length > 8);
 *
 * envs.restore(JSON.parse(kept));
 * for (let step = 0; step < 50; step++) envs.step([0, 1, step % 2]);
 * assert.deepEqual(envs.takeReturns(), returns);
 * ```
 */
export function createCartPoleVector(n: number, options: ClassicOptions = {}): VectorEnv {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`not a number of copies, an integer from 1: ${n}`);
  }
  const maxSteps = checkMaxSteps(options.maxSteps ?? 500);
  const xs = new Float64Array(n);
  const speeds = new Float64Array(n);
  const angles = new Float64Array(n);
  const turns = new Float64Array(n);
  const steps = new Float64Array(n);
  const taken = new Uint8Array(n);
  const obs = new Float32Array(n * 4);
  const finalObs = new Float32Array(n * 4);
  const reward = new Float64Array(n);
  const terminated = new Uint8Array(n);
  const truncated = new Uint8Array(n);
  const rows: Readonly<Record<string, Float32Array | Float64Array | Uint8Array>> = {
    x: xs,
    speed: speeds,
    angle: angles,
    turn: turns,
    steps,
    reward,
    terminated,
    truncated,
    finalObs,
  };
  let returns: number[] = [];
  let rng = createRng(options.seed ?? 0);

  function start(i: number): void {
    xs[i] = -0.05 + 0.1 * rng.float();
    speeds[i] = -0.05 + 0.1 * rng.float();
    angles[i] = -0.05 + 0.1 * rng.float();
    turns[i] = -0.05 + 0.1 * rng.float();
    steps[i] = 0;
    observe(i);
  }

  function observe(i: number): void {
    obs[i * 4] = xs[i]!;
    obs[i * 4 + 1] = speeds[i]!;
    obs[i * 4 + 2] = angles[i]!;
    obs[i * 4 + 3] = turns[i]!;
  }

  /** Keeps how an episode ended, and starts the next one. */
  function end(i: number, byItself: boolean): void {
    if (byItself) terminated[i] = 1;
    else truncated[i] = 1;
    returns.push(steps[i]!);
    for (let j = i * 4; j < i * 4 + 4; j++) finalObs[j] = obs[j]!;
    start(i);
  }

  function move(): void {
    for (let i = 0; i < n; i++) {
      const speed = speeds[i]!;
      const angle = angles[i]!;
      const turn = turns[i]!;
      const z = angle * angle;
      const sin = angle + z * angle * (-1.66666666666666324348e-01 + z * (
                8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * (
                        2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 +
                            z * 1.58969099521155010221e-10)
                      ))
              ));
      const cos = 1 - (0.5 * z - z * z * (4.16666666666666019037e-02 + z * (
                -1.38888888888741095749e-03 + z * (2.48015872894767294178e-05 + z * (
                        -2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 +
                            z * -1.13596475577881948265e-11)
                      ))
              )));
      // The order of the arithmetic is that of cart_pole.ts.
      const temp = (taken[i]! * 20 - 10 + 0.05 * (turn * turn) * sin) / 1.1;
      const angular = (9.8 * sin - cos * temp) / (0.5 * (4 / 3 - 0.1 * (cos * cos) / 1.1));
      const linear = temp - 0.05 * angular * cos / 1.1;
      const x = xs[i]! + 0.02 * speed;
      const nextAngle = angle + 0.02 * turn;
      xs[i] = x;
      speeds[i] = speed + 0.02 * linear;
      angles[i] = nextAngle;
      turns[i] = turn + 0.02 * angular;
      observe(i);
      const age = steps[i]! + 1;
      steps[i] = age;
      reward[i] = 1;
      terminated[i] = 0;
      truncated[i] = 0;
      const fell = x > MOST_X || x < -MOST_X || nextAngle > MOST_ANGLE || nextAngle < -MOST_ANGLE;
      if (fell || age >= maxSteps) end(i, fell);
    }
  }

  const env: VectorEnv = {
    spec: { obsSize: 4, actions: 2 },
    n,
    obs,
    reward,
    terminated,
    truncated,
    finalObs,
    reset(seed) {
      rng = createRng(seed);
      for (const row of [reward, terminated, truncated, finalObs]) row.fill(0);
      returns = [];
      for (let i = 0; i < n; i++) start(i);
    },
    step(actions) {
      if (actions.length !== n) {
        throw new RangeError(`${actions.length} actions for ${n} copies; give one a copy`);
      }
      for (let i = 0; i < n; i++) {
        const action = actions[i]!;
        // Only 0 and 1 are their own squares; unlike two comparisons this is foreseen by the machine.
        if (action * action !== action) {
          throw new RangeError(`no such action of copy ${i}: ${action}; expected 0 or 1`);
        }
        taken[i] = action;
      }
      move();
    },
    takeReturns() {
      const all = returns;
      returns = [];
      return all;
    },
    snapshot: () => ({
      v: 1,
      env: NAME,
      ...Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, [...row]])),
      returns: [...returns],
      rng: rng.state(),
    }),
    restore(snapshot) {
      const fields = openSnapshot(snapshot, NAME);
      const next = Object.entries(rows).map(([name, row]) => {
        const values = rowLike(row, fields, name);
        intact(values.every((value) => Math.abs(value) <= (MOST[name] ?? Infinity)), name);
        return values;
      });
      const ages = next[Object.keys(rows).indexOf("steps")]!;
      intact(ages.every((age) => Number.isSafeInteger(age) && age >= 0 && age < maxSteps), "steps");
      const nextReturns = numbers(fields, "returns");
      rng = readRng(fields["rng"]);
      returns = [...nextReturns];
      Object.values(rows).forEach((row, at) => row.set(next[at]!));
      for (let i = 0; i < n; i++) observe(i);
    },
  };
  env.reset(options.seed ?? 0);
  return env;
}
