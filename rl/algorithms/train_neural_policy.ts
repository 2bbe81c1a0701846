import type { NeuralPolicy } from "./neural_policy.ts";
import { onEnv } from "./on_env.ts";
import { createReinforce, type ReinforceOptions } from "./reinforce.ts";
import { type CheckpointStore, train, type TrainLog, type TrainResult } from "./train.ts";
import { type AwaitableEnv, vectorizeEnvs } from "./vectorize_envs.ts";

/** What {@linkcode TrainNeuralPolicyOptions.echoActions} is told of a step. */
export interface EchoedAction {
  /** Which step, from 1. */
  readonly step: number;
  /** Which copy of the environment. */
  readonly env: number;
  /** Index of the action. */
  readonly action: number;
  /** What it earned. */
  readonly reward: number;
}

/** Options of {@linkcode trainNeuralPolicy}. */
export interface TrainNeuralPolicyOptions extends
  Pick<
    ReinforceOptions,
    | "hidden"
    | "gamma"
    | "batchSize"
    | "horizon"
    | "baseline"
    | "baselineDecay"
    | "maxRatio"
    | "maxStaleness"
    | "normalizeReward"
    | "kernels"
  > {
  /** Makes a copy of the environment; `index` is which. */
  readonly makeEnv: (index: number) => AwaitableEnv;
  /** Steps; in each, every copy takes one action. Default 1000. */
  readonly steps?: number;
  /** Copies of the environment. Default 4. */
  readonly nEnvs?: number;
  /** Learning rate. Default 1e-3. */
  readonly lr?: number;
  /** The same seed gives the same run. Default 1. */
  readonly seed?: number;
  /** Takes a readable line every `logInterval` learnings. Default: nothing is told. */
  readonly verbose?: (line: string) => void;
  /** Learnings between two lines. Default 10. */
  readonly logInterval?: number;
  /** Length that gradients are shortened to. Default 1. */
  readonly gradClip?: number;
  /** Where checkpoints `latest` and `best` go; without it none are made. */
  readonly checkpoints?: CheckpointStore;
  /** Learnings between two checkpoints; 0: at the end and at a new best. Default 0. */
  readonly checkpointInterval?: number;
  /** Whether to go on from `latest`. Default false. */
  readonly resume?: boolean;
  /** Episodes without a better smoothed return after which to end; 0: never. Default 0. */
  readonly earlyStopPatience?: number;
  /** Factor of the entropy. Default 0.01. */
  readonly entropyCoef?: number;
  /** Steps that are kept for replay; 0: none. Default 2048. */
  readonly replayCapacity?: number;
  /** Steps that are replayed at each learning; 0: none. Default 128. */
  readonly replayBatch?: number;
  /** Is told each action and what it earned. */
  readonly echoActions?: (action: EchoedAction) => void;
  /** Takes the log as lines of JSON, without their line ends. */
  readonly logJsonl?: (line: string) => void;
  /** Takes the log as objects. */
  readonly log?: (entry: TrainLog) => void;
  /** Ends the training after the learning that is going on. */
  readonly signal?: AbortSignal;
}

/** What {@linkcode trainNeuralPolicy} gives. */
export interface TrainedPolicy extends TrainResult {
  /** The policy as it was at the end. */
  readonly policy: NeuralPolicy;
  /** Mean reward of a step, one number a learning; NaN where all were missing. */
  readonly rewards: readonly number[];
}

/**
 * Trains a small network (64-64, tanh) with REINFORCE in some copies of an environment. One copy
 * and many go the same way, so all options hold for both.
 *
 * Source: the interface of the seeds' `train_puffer_policy`; the algorithm: `createReinforce`.
 *
 * @throws {RangeError} when an option is out of its range or the checkpoint does not fit.
 * @throws {Error} when ten steps of the optimiser in a row had to be skipped.
 *
 * @example
 * ```ts
 * import { trainNeuralPolicy } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const start = new Float64Array([1]);
 * const { policy } = await trainNeuralPolicy({
 *   makeEnv: () => ({
 *     spec: { obsSize: 1, actions: 3 },
 *     reset: () => start,
 *     step: (action) => (
 *       { obs: start, reward: action === 2 ? 1 : 0, terminated: true, truncated: false }
 *     ),
 *   }),
 *   steps: 150,
 * });
 * assert.ok(policy.probs(undefined, start)[2]! > 0.8);
 * ```
 */
export async function trainNeuralPolicy(options: TrainNeuralPolicyOptions): Promise<TrainedPolicy> {
  const { makeEnv, steps = 1000, nEnvs = 4, seed = 1, gradClip = 1, earlyStopPatience } = options;
  if (!Number.isSafeInteger(nEnvs) || nEnvs < 1 || !Number.isSafeInteger(steps) || steps < 1) {
    throw new RangeError(`steps and nEnvs are integers from 1; given: ${steps}, ${nEnvs}`);
  }
  const env = vectorizeEnvs(Array.from({ length: nEnvs }, (_, i) => makeEnv(i)));
  const { obsSize, actions } = env.spec;
  const learner = createReinforce({
    ...options,
    obsSize,
    actions,
    nEnvs,
    seed,
    maxGradNorm: gradClip,
  });
  const rewards: number[] = [];
  let taken = 0;

  async function echoing(actions: ArrayLike<number>): Promise<void> {
    await env.step(actions);
    taken++;
    for (let i = 0; i < nEnvs; i++) {
      const [action, reward] = [actions[i]!, env.reward[i]!];
      options.echoActions?.({ step: taken, env: i, action, reward });
    }
  }

  function log(entry: TrainLog): void {
    options.log?.(entry);
    options.logJsonl?.(JSON.stringify(entry));
    const { steps, episodes, reward, smoothedReturn } = entry;
    options.verbose?.(
      `step ${steps / nEnvs}: ${episodes} episodes, reward ${reward.toFixed(4)}, ` +
        `return ${smoothedReturn.toFixed(4)}`,
    );
  }

  const result = await train(
    onEnv(learner, options.echoActions ? { ...env, step: echoing } : env),
    {
      ...options,
      steps: steps * nEnvs,
      seed,
      log,
      earlyStop: { patience: earlyStopPatience ?? 0 },
      onIteration: ({ reward }) => rewards.push(reward),
    },
  );
  return { ...result, policy: learner.policy, rewards };
}

/** The seeds' name of {@linkcode trainNeuralPolicy}. */
export const trainPufferPolicy: typeof trainNeuralPolicy = trainNeuralPolicy;
