import type { Explanation } from "../../core/agent/learner.ts";
import type { Decision } from "../log/decision.ts";
import { featuresOf, judgeTools } from "./judge_tools.ts";
import type { PolicyFold } from "./policy_state.ts";
import { rewardOf } from "./reward_of.ts";
import { said } from "./_said.ts";
import type { SparseFeatures } from "./sparse_model.ts";

/** Features that are told. */
const MOST_FEATURES = 6;

/** Says why a decision fell as it did: what is believed now, with the probabilities of then. */
export function explainDecision(decision: Decision, policy: PolicyFold): Explanation {
  const { event_id, ts, action, arms, weights, mask, probs, propensity, untaught } = decision;
  const { masked = {}, words } = decision;
  const features: SparseFeatures = decision.ctx_names.map((name, i) => [name, decision.ctx[i]!]);
  const candidates = candidatesOf(decision);
  const judged = judgeTools(policy.model, candidates, features);
  const beliefs = judged.map(({ candidate: { tool }, mean, error }, i) => ({
    tool,
    mean,
    low: Math.max(0, mean - 2 * error),
    high: Math.min(1, mean + 2 * error),
    count: policy.count(tool),
    probability: probs[i]!,
    ...!mask[i] && { masked: Object.hasOwn(masked, tool) ? masked[tool]! : "why is not known" },
  }));
  const weight = weights[arms.indexOf(action)]!;
  const open = policy.open().find(({ decision }) => decision.event_id === event_id);
  const reward = open && rewardOf(open.components);
  return {
    decision: event_id,
    episode: decision.episode_id,
    step: decision.step,
    ts,
    tool: action,
    reason: untaught === action
      ? "the rules would have picked it too"
      : `not ${untaught}, as learned`,
    propensity,
    untaught,
    arms: beliefs.sort((a, b) => b.mean - a.mean || (a.tool < b.tool ? -1 : 1)),
    features: policy.model.explain(action, featuresOf({ weight }, features))
      .slice(0, MOST_FEATURES)
      .map(({ name, adds }) => ({ name, said: said(name, words), adds })),
    policy: `${decision.policy_id} ${decision.policy_version}`,
    ...reward !== undefined && { reward: reward.value },
  };
}

/** The candidates of a decision, as far as they were logged. */
export function candidatesOf({ arms, weights, mask }: Decision) {
  return arms.map((tool, i) => ({
    tool,
    weight: weights[i]!,
    reason: "",
    ...!mask[i] && { masked: "masked" },
  }));
}
