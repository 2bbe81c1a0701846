import { createRng } from "../rng.ts";
import { checkAction } from "./_classic.ts";
import { intact, numbers, openSnapshot, rowLike } from "./_snapshot.ts";
import type { Env, VectorEnv } from "./types.ts";

const NAME = "vector";

/**
 * Many environments stepped as one, each of them one after the other: for those that answer at once.
 * For such that are waited for, or whose rewards may be missing, see `vectorizeEnvs`.
 *
 * An episode that ends starts anew in the same step, with the numbers of its environment going on.
 *
 * `reset(seed)` gives each copy a seed of its own, drawn from that one, so that neighbouring seeds
 * share no episode; before it there are no observations. If an environment throws or gives a number
 * that is not finite, the ones before it have moved: restore() or reset().
 *
 * @param make makes one environment; all must have the same spec.
 * @param n how many: an integer from 1.
 * @throws {RangeError} when `n` is no such number or the environments differ.
 *
 * @example
 * ```ts
 * import { createMountainCar, createVectorEnv } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const envs = createVectorEnv(() => createMountainCar({ maxSteps: 20 }), 3);
 * envs.reset(7);
 * for (let step = 0; step < 20; step++) envs.step([0, 1, 2]);
 * assert.deepEqual([...envs.truncated], [1, 1, 1]);
 * assert.deepEqual([...envs.terminated], [0, 0, 0]);
 * assert.deepEqual(envs.takeReturns(), [-20, -20, -20]);
 * ```
 */
export function createVectorEnv(make: (copy: number) => Env, n: number): VectorEnv {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`not a number of copies, an integer from 1: ${n}`);
  }
  const envs = Array.from({ length: n }, (_, copy) => make(copy));
  const spec = envs[0]!.spec;
  const { obsSize, actions: choices } = spec;
  for (const env of envs) {
    const { obsSize: size, actions, continuous } = env.spec;
    if (size !== obsSize || actions !== choices || !continuous !== !spec.continuous) {
      throw new RangeError(
        `environments of one vector must be alike: ${JSON.stringify([spec, env.spec])}`,
      );
    }
  }
  const mask = envs.some((env) => env.mask) ? new Uint8Array(n * choices) : undefined;
  const rows = {
    obs: new Float32Array(n * obsSize),
    finalObs: new Float32Array(n * obsSize),
    reward: new Float64Array(n),
    terminated: new Uint8Array(n),
    truncated: new Uint8Array(n),
    /** Returns of the episodes under way. */
    earned: new Float64Array(n),
  };
  const { obs, finalObs, reward, terminated, truncated, earned } = rows;
  let returns: number[] = [];

  function keep(copy: number, row: ArrayLike<number>, into: Float32Array): void {
    for (let i = 0; i < obsSize; i++) {
      const value = row[i]!;
      if (!Number.isFinite(value)) {
        throw new RangeError(`observation ${i} of copy ${copy}: ${value}`);
      }
      into[copy * obsSize + i] = value;
    }
  }

  function readMask(copy: number): void {
    if (!mask) return;
    const allowed = envs[copy]!.mask?.();
    for (let a = 0; a < choices; a++) mask[copy * choices + a] = allowed?.[a] ?? true ? 1 : 0;
  }

  function snapshotOf(env: Env): unknown {
    if (!env.snapshot || !env.restore) {
      throw new Error("these environments cannot be kept: they have no snapshot() and restore()");
    }
    return env.snapshot();
  }

  return {
    spec,
    n,
    obs,
    reward,
    terminated,
    truncated,
    finalObs,
    ...(mask && { mask }),
    reset(seed) {
      const rng = createRng(seed);
      for (const row of Object.values(rows)) row.fill(0);
      returns = [];
      envs.forEach((env, copy) => {
        keep(copy, env.reset(rng.uint32()), obs);
        readMask(copy);
      });
    },
    step(actions) {
      if (actions.length !== n) {
        throw new RangeError(`${actions.length} actions for ${n} copies; give one a copy`);
      }
      for (let copy = 0; copy < n; copy++) checkAction(actions[copy]!, spec);
      for (let copy = 0; copy < n; copy++) {
        const step = envs[copy]!.step(actions[copy]!);
        if (!Number.isFinite(step.reward)) {
          throw new RangeError(
            `the reward of copy ${copy} is ${step.reward}; leave it out upstream`,
          );
        }
        reward[copy] = step.reward;
        earned[copy]! += step.reward;
        terminated[copy] = step.terminated ? 1 : 0;
        truncated[copy] = step.truncated && !step.terminated ? 1 : 0;
        let next = step.obs;
        if (step.terminated || step.truncated) {
          keep(copy, next, finalObs);
          returns.push(earned[copy]!);
          earned[copy] = 0;
          next = envs[copy]!.reset();
        }
        keep(copy, next, obs);
        readMask(copy);
      }
    },
    takeReturns() {
      const all = returns;
      returns = [];
      return all;
    },
    snapshot: () => ({
      v: 1,
      env: NAME,
      envs: envs.map(snapshotOf),
      ...Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, [...row]])),
      returns: [...returns],
    }),
    restore(snapshot) {
      const fields = openSnapshot(snapshot, NAME);
      const kept = fields["envs"];
      intact(Array.isArray(kept) && kept.length === n, "envs");
      const next = Object.entries(rows).map(([name, row]) => rowLike(row, fields, name));
      const nextReturns = numbers(fields, "returns");
      const before = envs.map(snapshotOf);
      try {
        envs.forEach((env, copy) => env.restore!(kept[copy]));
      } catch (error) {
        envs.forEach((env, copy) => env.restore!(before[copy]));
        throw error;
      }
      Object.values(rows).forEach((row, at) => row.set(next[at]!));
      returns = [...nextReturns];
      for (let copy = 0; copy < n; copy++) readMask(copy);
    },
  };
}
