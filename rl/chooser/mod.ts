/**
 * The learner of a session: it picks among the tools that offer themselves for a request, logs each
 * choice with its propensity and learns from what came of it.
 *
 * @example
 * ```ts
 * import { judgeTools, toolPrior, createSparseModel, withKnownWords } from "@dspy/code/rl";
 * import { parseRequest, requestFeatures } from "@dspy/code/core/agent";
 * import assert from "node:assert/strict";
 *
 * const prior = toolPrior();
 * const features = requestFeatures(parseRequest("are all tests green?"));
 * const candidates = ["run_tests", "esearch"].map((tool) => ({ tool, weight: 0, reason: "" }));
 * const judged = judgeTools(
 *   createSparseModel({ prior }),
 *   candidates,
 *   withKnownWords(features, prior.words),
 * );
 * assert.ok(judged[0]!.mean > judged[1]!.mean);
 * ```
 *
 * @module
 */
export { baseOf, type JudgedTool, type JudgeOptions, judgeTools } from "./judge_tools.ts";
export { withKnownWords } from "./known_words.ts";
export { type LearnerMirror, type LearnerOptions, openLearner } from "./open_learner.ts";
export { type EntryReader, foldEntry, isControl } from "./fold_entry.ts";
export {
  basisOf,
  CHANGE_TTL,
  type FoldOptions,
  foldPolicy,
  freshState,
  type OpenDecision,
  OUTCOME_TTL,
  type PolicyFold,
  type PolicyState,
} from "./policy_state.ts";
export { rulesAreBetter } from "./rules_are_better.ts";
export { type Reward, rewardOf, WEIGHTS_VERSION } from "./reward_of.ts";
export {
  type Belief,
  type Beliefs,
  createSparseModel,
  type SparseFeatures,
  type SparseModel,
  type SparseModelOptions,
  type SparsePrediction,
  type SparsePrior,
} from "./sparse_model.ts";
export { type ToolPrior, toolPrior } from "./tool_prior.ts";
