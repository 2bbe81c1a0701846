import { fits, isRecord } from "./_seal.ts";
import type { Candidate, CandidateStep, GroupSource } from "./types.ts";
import type { NeuralPolicy } from "./neural_policy.ts";
import type { AwaitableEnv } from "./vectorize_envs.ts";

/** Options of {@linkcode createGroupSource}. */
export interface GroupSourceOptions {
  /** Makes an environment for one of the candidates of a group. */
  readonly makeEnv: (candidate: number) => AwaitableEnv;
  /** Candidates of a group. Default 8. */
  readonly groupSize?: number;
  /** Groups of a round. Default 4. */
  readonly groups?: number;
  /** Most decisions of a candidate. Default 64. */
  readonly maxLength?: number;
}

/**
 * Groups of candidates from environments: all of a group are reset with the same seed, so that they
 * start in the same state, and go on by themselves. A candidate earns the sum of its rewards; when
 * one of them is no finite number, its reward is missing.
 *
 * Source: Shao et al., "DeepSeekMath", arXiv 2402.03300, algorithm 1, lines 6 and 7.
 *
 * @throws {RangeError} when an option is no integer from 1.
 *
 * @example
 * ```ts
 * import { createCartPole, createGroupSource, createGrpo } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const { policy } = createGrpo({ obsSize: 4, actions: 2 });
 * const source = createGroupSource({ makeEnv: () => createCartPole(), groupSize: 3, groups: 1 });
 * source.start(7);
 * const [group] = await source.next(policy);
 * const [one, other] = group!.candidates;
 * assert.deepEqual(one!.steps[0]!.obs, other!.steps[0]!.obs);
 * assert.equal(one!.reward, one!.steps.length); // a pole that stands earns 1 a step
 * ```
 */
export function createGroupSource(options: GroupSourceOptions): GroupSource {
  const { makeEnv, groupSize = 8, groups = 4, maxLength = 64 } = options;
  if (![groupSize, groups, maxLength].every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new RangeError(
      `groupSize, groups and maxLength are integers from 1: given ${[
        groupSize,
        groups,
        maxLength,
      ]}`,
    );
  }
  const envs = Array.from({ length: groupSize }, (_, i) => makeEnv(i));
  let [seed, made] = [1, 0];

  async function play(env: AwaitableEnv, policy: NeuralPolicy, seed: number): Promise<Candidate> {
    const steps: CandidateStep[] = [];
    let obs = (await env.reset(seed)).slice();
    let mask = env.mask?.();
    let reward = 0;
    while (steps.length < maxLength) {
      const picked = policy.pick(mask, obs);
      if (!picked) break;
      steps.push({ obs, mask, action: picked.arm, logp: Math.log(picked.propensity) });
      const result = await env.step(picked.arm);
      reward += result.reward;
      if (result.terminated || result.truncated) break;
      obs = result.obs.slice();
      mask = result.mask ?? env.mask?.();
    }
    return { steps, reward: Number.isFinite(reward) ? reward : null };
  }

  return {
    start(from) {
      [seed, made] = [from, 0];
    },
    async next(policy) {
      const round = [];
      for (let g = 0; g < groups; g++) {
        const candidates: Candidate[] = [];
        // One after another, as all draw from the policy's one stream of random numbers.
        for (const env of envs) candidates.push(await play(env, policy, seed + made));
        made++;
        round.push({ candidates });
      }
      return round;
    },
    snapshot: () => ({ seed, made }),
    restore(snapshot) {
      fits(isRecord(snapshot), "no state of a source of groups");
      const next = [snapshot["seed"], snapshot["made"]];
      fits(next.every(Number.isSafeInteger), "no state of a source of groups");
      [seed, made] = next as [number, number];
    },
  };
}
