import type { Categorical } from "../nn/categorical.ts";
import type { Rng } from "../rng.ts";
import type { Mlp } from "../nn/mlp.ts";
import type { TrainEnv } from "./types.ts";

/** Draws one action for each copy of an environment; writes actions and log-probabilities. */
export function act(
  env: TrainEnv,
  actor: Mlp,
  choice: Categorical,
  rng: Rng,
  actions: Int32Array,
  logp: Float64Array,
): void {
  const width = choice.logp.length;
  actor.input.set(env.obs);
  actor.forward(env.n);
  for (let i = 0; i < env.n; i++) {
    const at = i * width;
    if (!choice.load(actor.output, at, env.mask, at)) {
      throw new RangeError(
        `copy ${i} of the environment observes what is no finite number, or the policy's logits ` +
          `overflow: ${env.obs.subarray(i * env.spec.obsSize, (i + 1) * env.spec.obsSize)}`,
      );
    }
    actions[i] = choice.sample(rng);
    logp[i] = choice.logp[actions[i]!]!;
  }
}

/** Throws unless the environment is what the learner was made for. */
export function checkEnv(env: TrainEnv, obsSize: number, actions: number, nEnvs: number): void {
  const { spec, n } = env;
  if (spec.continuous || spec.obsSize !== obsSize || spec.actions !== actions || n !== nEnvs) {
    throw new RangeError(
      `${n} copies with ${spec.obsSize} numbers and ${spec.actions} ` +
        `${spec.continuous ? "continuous " : ""}actions for a learner of ${nEnvs} copies with ` +
        `${obsSize} numbers and ${actions} discrete actions`,
    );
  }
}
