import type { Env, EnvSpec, StepResult } from "../envs/types.ts";
import { createRng } from "../rng.ts";
import { fits, isRecord } from "./_seal.ts";
import type { TrainEnv } from "./types.ts";

/** An environment whose answers may take their time; every `Env` is one. */
export interface AwaitableEnv extends Omit<Env, "reset" | "step"> {
  /** Starts an episode, and gives its first observation. */
  reset(seed?: number): Float64Array | Promise<Float64Array>;
  /** Takes an action. */
  step(action: number): StepResult | Promise<StepResult>;
}

/**
 * Several environments of one kind as one vector, also such that answer late: those are waited for
 * together. An episode that ends starts anew at once. A reward that is no finite number passes
 * through, as learners take it for missing. The state of all is kept when each can keep its own;
 * otherwise `snapshot` gives undefined, and a resumed training begins new episodes.
 *
 * What trainers take. Where environments answer at once and each number must be one, as where they
 * are measured or compared, `createVectorEnv` is the stricter form, without promises.
 *
 * @throws {RangeError} when there is none, or they differ in size.
 *
 * @example
 * ```ts
 * import { createCartPole, vectorizeEnvs } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const envs = vectorizeEnvs([createCartPole(), createCartPole()]);
 * await envs.reset(7);
 * await envs.step([0, 1]);
 * assert.deepEqual([...envs.reward], [1, 1]);
 * ```
 */
export function vectorizeEnvs(envs: readonly AwaitableEnv[]): TrainEnv {
  const n = envs.length;
  const spec: EnvSpec | undefined = envs[0]?.spec;
  const same = ({ spec: other }: AwaitableEnv) =>
    other.obsSize === spec?.obsSize && other.actions === spec.actions;
  if (spec === undefined || !envs.every(same)) {
    throw new RangeError(
      `not environments of one size: ${JSON.stringify(envs.map((e) => e.spec))}`,
    );
  }
  const { obsSize, actions } = spec;
  const obs = new Float32Array(n * obsSize);
  const finalObs = new Float32Array(n * obsSize);
  const reward = new Float64Array(n);
  const terminated = new Uint8Array(n);
  const truncated = new Uint8Array(n);
  const mask = new Uint8Array(n * actions).fill(1);
  const sums = new Float64Array(n);
  let returns: number[] = [];

  function observe(i: number, observation: Float64Array, allowed?: readonly boolean[]): void {
    if (observation.length !== obsSize) {
      throw new RangeError(
        `environment ${i} observes ${observation.length} numbers, its spec says ${obsSize}`,
      );
    }
    obs.set(observation, i * obsSize);
    for (let j = 0; j < actions; j++) mask[i * actions + j] = (allowed?.[j] ?? true) ? 1 : 0;
  }

  function take(i: number, result: StepResult): void | Promise<void> {
    reward[i] = result.reward;
    terminated[i] = result.terminated ? 1 : 0;
    truncated[i] = result.truncated && !result.terminated ? 1 : 0;
    sums[i]! += result.reward;
    observe(i, result.obs, result.mask ?? envs[i]!.mask?.());
    if (!result.terminated && !result.truncated) return;
    finalObs.set(obs.subarray(i * obsSize, (i + 1) * obsSize), i * obsSize);
    returns.push(sums[i]!);
    return start(i);
  }

  function start(i: number, seed?: number): void | Promise<void> {
    sums[i] = 0;
    const first = envs[i]!.reset(seed);
    if (first instanceof Promise) return first.then((o) => observe(i, o, envs[i]!.mask?.()));
    observe(i, first, envs[i]!.mask?.());
  }

  return {
    spec,
    n,
    obs,
    finalObs,
    reward,
    terminated,
    truncated,
    mask,
    reset(seed) {
      returns = [];
      // Drawn, so that neighbouring seeds share no episode.
      const rng = createRng(seed);
      return all(envs.map((_, i) => start(i, rng.uint32())));
    },
    step(taken) {
      if (taken.length !== n) throw new RangeError(`${taken.length} actions for ${n} environments`);
      return all(envs.map((env, i) => {
        const result = env.step(taken[i]!);
        return result instanceof Promise ? result.then((r) => take(i, r)) : take(i, result);
      }));
    },
    takeReturns() {
      const taken = returns;
      returns = [];
      return taken;
    },
    snapshot() {
      const states = envs.map((env) => env.snapshot?.());
      if (states.includes(undefined)) return undefined;
      return {
        states,
        obs: [...obs],
        mask: [...mask],
        sums: [...sums].map(orNull),
        returns: returns.map(orNull),
      };
    },
    restore(snapshot) {
      fits(isRecord(snapshot), "no state of environments");
      const { states } = snapshot;
      fits(Array.isArray(states) && states.length === n, `not ${n} environments`);
      const next = {
        obs: numbers(snapshot["obs"], obs.length),
        mask: numbers(snapshot["mask"], mask.length),
        sums: numbers(snapshot["sums"], n),
        returns: numbers(snapshot["returns"]),
      };
      const before = envs.map((env) => env.snapshot?.());
      try {
        envs.forEach((env, i) => env.restore?.(states[i]));
      } catch (error) {
        envs.forEach((env, i) => before[i] !== undefined && env.restore?.(before[i]));
        throw error;
      }
      obs.set(next.obs);
      mask.set(next.mask);
      sums.set(next.sums);
      returns = next.returns;
      for (const row of [reward, terminated, truncated]) row.fill(0);
    },
  };
}

/** JSON has no NaN, which a sum with a missing reward is. */
function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function numbers(row: unknown, length?: number): number[] {
  fits(Array.isArray(row) && row.length === (length ?? row.length), "a row of another length");
  fits(row.every((value) => value === null || Number.isFinite(value)), "a row of no numbers");
  return row.map((value) => value ?? NaN);
}

function all(pending: readonly (void | Promise<void>)[]): void | Promise<void> {
  if (pending.some((one) => one !== undefined)) return Promise.all(pending).then(() => {});
}
