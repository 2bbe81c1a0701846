import { trainBandit } from "../../rl/tools/train_bandit.ts";
import { policyOf } from "./policy_of.ts";
import type { Learned, Training } from "./training.ts";

/**
 * Teaches the bandit of the configuration.
 *
 * @param tell told when rewards were out of the range that the bandit learns.
 */
export async function teachBandit(
  { config, arms, seed, steps, outcomes, signal, makeEnv }: Training,
  tell: (line: string) => void,
): Promise<Learned> {
  const { obsSize } = makeEnv();
  const bandit = policyOf(config, arms, obsSize, seed);
  // Rewards are weighted scores, most of them from -1 to 1.
  const most = Math.max(1, ...Object.values(config.weights));
  const { counts: { below, above } } = await trainBandit(makeEnv, {
    steps,
    nEnvs: config.n_envs,
    policy: bandit,
    range: [-most, most],
    signal,
    onStep: ({ reward, info }) => outcomes.add(info.tool, reward),
  });
  if (below + above > 0) {
    tell(
      `${below + above} rewards were outside -${most} to ${most}; they were learned as its ends`,
    );
  }
  const [obs] = await makeEnv().reset();
  return { policy: bandit.kind, next: bandit.probs(arms.map(() => true), obs) };
}
