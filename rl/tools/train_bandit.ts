import { makeBandit, type MakeBanditOptions } from "../bandits/make_bandit.ts";
import { createRewardRange, type RewardCounts } from "../bandits/reward_range.ts";
import type { Bandit } from "../bandits/types.ts";
import type { RLToolEnv, ToolStepInfo } from "./tool_env.ts";

/** What {@linkcode trainBandit} takes. */
export interface TrainBanditOptions {
  /** Steps of each environment. Default 200. */
  readonly steps?: number;
  /** Environments side by side. Default 4. */
  readonly nEnvs?: number;
  /** A bandit with the environments' actions as arms, or its name. Default `epsilon-greedy`. */
  readonly policy?: Bandit | string;
  /** For a bandit given by name: `epsilon`, `c`, `seed`. Default its own. */
  readonly policyOptions?: MakeBanditOptions;
  /** Rewards that become 0 and 1 for the bandit. Default [-1, 1]. */
  readonly range?: readonly [min: number, max: number];
  /** Ends the training after the steps that are running. Default nothing does. */
  readonly signal?: AbortSignal;
  /** Told of each step, in order. */
  readonly onStep?: (step: TrainedStep) => void;
}

/** One step of a training. */
export interface TrainedStep {
  /** Which step, from 0, counted over all environments. */
  readonly step: number;
  /** Which environment. */
  readonly env: number;
  /** Its reward, as the environment gave it. */
  readonly reward: number;
  /** With which probability the action was picked. */
  readonly propensity: number;
  /** What the environment told beside it. */
  readonly info: ToolStepInfo;
}

/** What came of a training. */
export interface TrainedBandit {
  /** All rewards, in the order of the updates. */
  readonly rewards: readonly number[];
  /** What the environments told, one for each reward. */
  readonly infos: readonly ToolStepInfo[];
  /** The bandit, taught. */
  readonly policy: Bandit;
  /** How many rewards were out of `range`, and so counted as its ends. */
  readonly counts: RewardCounts;
  /** Turns without an action, because all of them rested. */
  readonly idle: number;
}

/**
 * Teaches a bandit which tool to use. The environments take a step at the same time; the updates
 * follow in their order, so that a seed gives the same run when the tools give the same results.
 * Each reward updates once, with the observation the action was picked from.
 *
 * @param makeEnv makes the environment of an index.
 * @throws {RangeError} when a number is out of range or the arms are not the environments' actions.
 * @throws what an environment throws: a tool that could not run is no reward.
 *
 * @example
 * ```ts
 * import { createToolEnv, trainBandit } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const make = () =>
 *   createToolEnv((tool) => ({ tool, ok: true, metrics: { pass_rate: tool === "lint" ? 0 : 1 } }), {
 *     allowedActions: ["lint", "run_tests"],
 *   });
 * const { policy, rewards } = await trainBandit(make, { steps: 50, policyOptions: { seed: 1 } });
 * assert.equal(rewards.length, 200);
 * assert.ok(policy.estimate(1).mean > policy.estimate(0).mean);
 * ```
 */
export async function trainBandit(
  makeEnv: (index: number) => RLToolEnv,
  options: TrainBanditOptions = {},
): Promise<TrainedBandit> {
  const { steps = 200, nEnvs = 4, range: [min, max] = [-1, 1], signal, onStep } = options;
  for (const [name, value] of Object.entries({ steps, nEnvs })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`"${name}" is ${value}; expected a whole number from 1`);
    }
  }
  const range = createRewardRange(min, max);
  const envs = Array.from({ length: nEnvs }, (_, i) => makeEnv(i));
  const policy = policyFor(envs, options);
  const obs = await Promise.all(envs.map(async (env) => (await env.reset())[0]));
  const rewards: number[] = [];
  const infos: ToolStepInfo[] = [];
  let idle = 0;
  for (let round = 0; round < steps && !signal?.aborted; round++) {
    const picks = envs.map((env, i) => policy.pick(env.mask(), obs[i]!));
    const done = await Promise.allSettled(
      picks.map((pick, i) => pick && envs[i]!.step(pick.arm, signal)),
    );
    // What the others earned counts, whoever failed.
    const failed = done.find(({ status }) => status === "rejected");
    for (const [env, settled] of done.entries()) {
      const pick = picks[env];
      if (settled.status === "rejected") continue;
      const step = settled.value;
      if (!step || !pick) {
        idle++;
        continue;
      }
      const [next, reward, terminated, truncated, info] = step;
      policy.update(pick.arm, range.map(reward), obs[env]!);
      rewards.push(reward);
      infos.push(info);
      onStep?.({ step: rewards.length - 1, env, reward, propensity: pick.propensity, info });
      obs[env] = terminated || truncated ? (await envs[env]!.reset())[0] : next;
    }
    if (failed?.status === "rejected" && !signal?.aborted) throw failed.reason;
  }
  return { rewards, infos, policy, counts: range.counts(), idle };
}

function policyFor(
  envs: readonly RLToolEnv[],
  { policy = "epsilon-greedy", policyOptions }: TrainBanditOptions,
): Bandit {
  const arms = envs[0]!.actionNames;
  const bandit = typeof policy === "string" ? makeBandit(policy, arms, policyOptions) : policy;
  const same = (names: readonly string[]) =>
    names.length === bandit.arms.length && names.every((name, i) => name === bandit.arms[i]);
  const other = envs.find(({ actionNames }) => !same(actionNames));
  if (other === undefined) return bandit;
  throw new RangeError(
    `the bandit's arms are ${bandit.arms.join(", ")}, but the environment's actions are ` +
      other.actionNames.join(", "),
  );
}
