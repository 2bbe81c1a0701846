import type { LearnerStatus } from "../../core/agent/learner.ts";
import type { Champion } from "./champion.ts";
import type { PolicyState } from "./policy_state.ts";
import { rulesAreBetter } from "./rules_are_better.ts";

/** What was learned so far, for people. */
export function statusOf({ id, canary, version }: Champion, state: PolicyState): LearnerStatus {
  const { decisions, learned, missing, late, rejected, tools, open, wins, losses, offset } = state;
  const [made = 0, taken = 0] = state.suggestions ?? [];
  const odd = Object.values(rejected).reduce((sum, n) => sum + n, 0);
  return {
    policy: `${id} ${policyVersion(version, offset)}`,
    decisions,
    learned,
    open: Object.keys(open).length,
    missing,
    passedOver: late + odd,
    tools: Object.entries(tools).map(([tool, [count, sum]]) => ({
      tool,
      count,
      reward: sum / count,
    }))
      .sort((a, b) => b.count - a.count || (a.tool < b.tool ? -1 : 1)),
    ...made > 0 && { suggested: { made, taken } },
    live: !rulesAreBetter(wins, losses),
    why: rulesAreBetter(wins, losses)
      ? `what you said shows that the rules choose better (${losses} to ${wins}); they choose until rl reset`
      : canary === undefined
      ? "it starts from what is known of requests and learns from each outcome"
      : `it learns from each outcome; ${canary.share * 100} % of the choices try ${canary.id}`,
  };
}

/**
 * Names exactly what chose: which champion, and up to which offset of the log it had learned. With
 * the log, the policy can be made again from that.
 */
export function policyVersion(champion: number, offset: number): string {
  return `${champion}@${offset}`;
}
