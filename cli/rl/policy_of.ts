import { UserError } from "../../core/errors.ts";
import { makeBandit } from "../../rl/bandits/make_bandit.ts";
import type { Bandit } from "../../rl/bandits/types.ts";
import type { RLConfig } from "../../rl/tools/rl_config.ts";

/**
 * The bandit of a configuration. `epsilon` goes to the one that has it, `ucb_c` to UCB1.
 *
 * @param arms its arms.
 * @param size numbers of an observation, for contextual ones.
 * @param seed of its random numbers.
 * @throws {UserError} `usage` when no bandit has that name, with the nearest.
 */
export function policyOf(
  { policy, epsilon, ucb_c }: Pick<RLConfig, "policy" | "epsilon" | "ucb_c">,
  arms: readonly string[],
  size: number,
  seed = 0,
): Bandit {
  const options = { seed, size };
  try {
    const { kind } = makeBandit(policy, arms, options);
    return makeBandit(policy, arms, {
      ...options,
      // What was never tried is believed to be better than any reward: each arm is tried soon.
      ...kind === "epsilon-greedy" && { epsilon, initial: 2 },
      ...kind === "ucb1" && { c: ucb_c },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError("usage", error.message.replace("nearest:", "did you mean"), {
      hint: "name another with --policy",
      cause: error,
    });
  }
}

/** Whether a bandit looks at the observation. */
export function isContextual(bandit: Bandit): boolean {
  return "size" in bandit.snapshot().options;
}
