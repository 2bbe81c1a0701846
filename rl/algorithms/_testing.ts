import type { Env, StepResult } from "../envs/types.ts";
import { createCategorical } from "../nn/categorical.ts";
import { checkGradient } from "../nn/check_gradient.ts";
import { kernelsF64 } from "../nn/kernels_f64.ts";
import { createMlp, type Mlp } from "../nn/mlp.ts";
import { createRng, type RngState } from "../rng.ts";
import type { Categorical } from "../nn/categorical.ts";
import type { CheckpointStore } from "./train.ts";

/** A network in double precision with filled rows, some of them partly masked. */
export interface LossBench {
  readonly net: Mlp;
  readonly rows: {
    rows: number;
    logits: Float64Array;
    logitsGrad: Float64Array;
    mask: Uint8Array;
    action: Int32Array;
  };
  readonly choice: Categorical;
  /** Log-probability of each row's action now. */
  readonly logp: Float64Array;
  /** Numbers from -1 to 1. */
  random(length: number): Float64Array;
  /** Largest relative error of the gradient that a loss passes through the network. */
  error(loss: () => number): number;
}

export function lossBench(rows: number, actions = 4): LossBench {
  const rng = createRng(17);
  const net = createMlp({ sizes: [3, 6, actions], maxRows: rows, rng, kernels: kernelsF64 });
  const random = (length: number) => new Float64Array(length).map(() => rng.float() * 2 - 1);
  net.input.set(random(net.input.length));
  const choice = createCategorical(actions);
  const mask = new Uint8Array(rows * actions).fill(1);
  const action = new Int32Array(rows).map(() => rng.int(actions));
  for (let r = 0; r < rows && actions > 1; r += 2) {
    mask[r * actions + (action[r]! + 1) % actions] = 0;
  }
  net.forward(rows);
  const logp = new Float64Array(rows).map((_, r) => {
    choice.load(net.output, r * actions, mask, r * actions);
    return choice.logp[action[r]!]!;
  });
  return {
    net,
    rows: {
      rows,
      logits: net.output as Float64Array,
      logitsGrad: net.outputGrad as Float64Array,
      mask,
      action,
    },
    choice,
    logp,
    random,
    error(loss) {
      const evaluate = () => {
        net.forward(rows);
        const value = loss();
        net.grads.fill(0);
        net.backward(rows);
        return value;
      };
      return checkGradient(evaluate, net.params as Float64Array, net.grads as Float64Array);
    },
  };
}

/** Which of two actions is right is what it observes; one step an episode; 1 or 0 is earned. */
export function contextEnv(seed = 1, { keeps = true } = {}): Env & { reset(): Float64Array } {
  let rng = createRng(seed);
  const obs = new Float64Array(1);
  const env: Env = {
    spec: { obsSize: 1, actions: 2 },
    reset(seed) {
      if (seed !== undefined) rng = createRng(seed);
      return obs.fill(rng.float() < 0.5 ? -1 : 1);
    },
    step(action): StepResult {
      const reward = action === (obs[0]! > 0 ? 1 : 0) ? 1 : 0;
      return { obs, reward, terminated: true, truncated: false };
    },
  };
  if (!keeps) return env;
  return {
    ...env,
    snapshot: () => ({ obs: obs[0], rng: rng.state() }),
    restore(snapshot) {
      const kept = snapshot as { obs: number; rng: RngState };
      rng = createRng(kept.rng);
      obs[0] = kept.obs;
    },
  };
}

/**
 * A corridor of some cells: action 1 goes right, 0 left, 2 is never available. It earns 1 at the
 * right end and is cut off after `limit` steps.
 */
export function corridor(cells = 4, limit = 20): Env {
  const obs = new Float64Array(cells);
  let [at, steps] = [0, 0];
  const observe = () => {
    obs.fill(0);
    obs[at] = 1;
    return obs;
  };
  return {
    spec: { obsSize: cells, actions: 3 },
    mask: () => [at > 0, true, false],
    reset() {
      [at, steps] = [0, 0];
      return observe();
    },
    step(action) {
      if (action === 2) throw new RangeError("masked");
      at += action === 1 ? 1 : -1;
      steps++;
      const terminated = at === cells - 1;
      return { obs: observe(), reward: terminated ? 1 : 0, terminated, truncated: steps >= limit };
    },
    snapshot: () => ({ at, steps }),
    restore(snapshot) {
      ({ at, steps } = snapshot as { at: number; steps: number });
      observe();
    },
  };
}

/** Checkpoints in memory, through JSON. */
export function memoryStore(): CheckpointStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    save: (name, checkpoint) => void kept.set(name, JSON.stringify(checkpoint)),
    load: (name) => kept.has(name) ? JSON.parse(kept.get(name)!) : undefined,
  };
}
