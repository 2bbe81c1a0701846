import type { Categorical } from "../nn/categorical.ts";
import { act } from "./_act.ts";
import type { Model } from "./_model.ts";
import type { Rollout } from "./gae.ts";
import type { RewardNormalizer } from "./reward_normalizer.ts";
import type { TrainEnv } from "./types.ts";

/** Some steps of all copies, row by row, with what PPO must remember of them. */
export interface Collected extends Rollout {
  /** What was observed before each step. */
  readonly obs: Float32Array;
  /** 1 where an action could be taken; not filled where the environment masks none. */
  readonly mask: Uint8Array;
  readonly action: Int32Array;
  readonly logp: Float64Array;
  readonly advantage: Float64Array;
  readonly returns: Float64Array;
  /** Fills everything but advantages and returns; gives the mean reward of a step. */
  collect(env: TrainEnv): Promise<number>;
}

export function createCollected(
  steps: number,
  n: number,
  model: Model,
  choice: Categorical,
  normalizer: RewardNormalizer | undefined,
): Collected {
  const { actor } = model;
  const critic = model.critic!;
  const obsSize = actor.sizes[0]!;
  const actions = actor.sizes.at(-1)!;
  const batch = steps * n;
  const taken = new Int32Array(n);
  const takenLogp = new Float64Array(n);
  const all: Collected = {
    steps,
    n,
    obs: new Float32Array(batch * obsSize),
    mask: new Uint8Array(batch * actions),
    action: new Int32Array(batch),
    logp: new Float64Array(batch),
    reward: new Float64Array(batch),
    value: new Float64Array(batch),
    terminated: new Uint8Array(batch),
    truncated: new Uint8Array(batch),
    finalValue: new Float64Array(batch),
    lastValue: new Float64Array(n),
    advantage: new Float64Array(batch),
    returns: new Float64Array(batch),
    async collect(env) {
      let [sum, known] = [0, 0];
      for (let t = 0; t < steps; t++) {
        const at = t * n;
        all.obs.set(env.obs, at * obsSize);
        if (env.mask) all.mask.set(env.mask, at * actions);
        act(env, actor, choice, model.rng(), taken, takenLogp);
        valueOf(env.obs, all.value, at);
        all.action.set(taken, at);
        all.logp.set(takenLogp, at);
        const pending = env.step(taken);
        if (pending) await pending;
        all.terminated.set(env.terminated, at);
        all.truncated.set(env.truncated, at);
        for (let i = 0; i < n; i++) {
          const reward = env.reward[i]!;
          all.reward[at + i] = reward;
          if (!Number.isFinite(reward)) continue;
          sum += reward;
          known++;
          const ended = env.terminated[i] === 1 || env.truncated[i] === 1;
          if (normalizer) all.reward[at + i] = normalizer.next(reward, i, ended);
        }
        if (env.truncated.includes(1)) valueOf(env.finalObs, all.finalValue, at);
      }
      valueOf(env.obs, all.lastValue, 0);
      return sum / known;
    },
  };

  function valueOf(obs: Float32Array, out: Float64Array, at: number): void {
    critic.input.set(obs);
    critic.forward(n);
    for (let i = 0; i < n; i++) out[at + i] = critic.output[i]!;
  }

  return all;
}
