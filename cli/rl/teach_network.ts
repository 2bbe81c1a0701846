import { writeStateFile } from "../../core/store/state_file.ts";
import { stateFolder } from "../../core/workspace/state_folder.ts";
import type { CheckpointStore } from "../../rl/algorithms/train.ts";
import { trainNeuralPolicy } from "../../rl/algorithms/train_neural_policy.ts";
import type { AwaitableEnv } from "../../rl/algorithms/vectorize_envs.ts";
import type { RLToolEnv } from "../../rl/tools/tool_env.ts";
import type { Outcomes } from "./outcomes.ts";
import type { TrainFlags } from "./train_flags.ts";
import type { Learned, Training } from "./training.ts";

/** Folder of the checkpoints, below the workspace's root. */
export const NETWORK = [".dspy_checkpoints", "rl"] as const;

/** Learnings between two checkpoints. */
const CHECKPOINT_EVERY = 10;

/**
 * Teaches a network by REINFORCE, and keeps it as a checkpoint.
 *
 * @param root the workspace's root.
 */
export async function teachNetwork(
  { config, steps, seed, outcomes, signal, makeEnv }: Training,
  { lr, entropy }: TrainFlags,
  root: string,
): Promise<Learned> {
  const { policy } = await trainNeuralPolicy({
    makeEnv: () => awaitable(makeEnv(), outcomes, signal),
    steps,
    nEnvs: config.n_envs,
    seed,
    ...lr !== undefined && { lr },
    ...entropy !== undefined && { entropyCoef: entropy },
    checkpoints: await checkpointsIn(root),
    checkpointInterval: CHECKPOINT_EVERY,
    signal,
  });
  const [obs] = await makeEnv().reset();
  return { policy: "neural", next: policy.probs(undefined, obs) };
}

/** A step that was stopped has no reward, which learners take for missing. */
function awaitable(env: RLToolEnv, outcomes: Outcomes, signal: AbortSignal): AwaitableEnv {
  return {
    spec: { obsSize: env.obsSize, actions: env.actionNames.length },
    reset: async () => (await env.reset())[0],
    async step(action) {
      try {
        const [obs, reward, terminated, truncated, { tool }] = await env.step(action, signal);
        outcomes.add(tool, reward);
        return { obs, reward, terminated, truncated };
      } catch (error) {
        if (!signal.aborted) throw error;
        const obs = new Float64Array(env.obsSize);
        return { obs, reward: NaN, terminated: true, truncated: false };
      }
    },
    mask: () => env.mask(),
  };
}

async function checkpointsIn(root: string): Promise<CheckpointStore> {
  const folder = await stateFolder(root, ...NETWORK);
  return {
    save: (name, checkpoint) => writeStateFile(`${folder}/${name}.json`, checkpoint),
    load: () => undefined,
  };
}
