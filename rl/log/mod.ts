/**
 * The log of decisions: what was known, what could be chosen, what was, with which probability, and
 * what came of it.
 *
 * @example
 * ```ts
 * import { entryProblem } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const reward = { v: 1, kind: "reward", event_id: "d1", ts: 1, components: { score: 1.5 } };
 * assert.equal(entryProblem({ ...reward, final: false }), undefined);
 * assert.equal(entryProblem({ ...reward, components: { score: NaN } }), "component score is NaN");
 * ```
 *
 * @module
 */
export {
  type ControlEntry,
  type Decision,
  entryProblem,
  type LogEntry,
  type RewardEntry,
  type Situation,
  type SuggestionEntry,
} from "./decision.ts";
export { type DecisionLog, DECISIONS, KEPT_ENTRIES, openDecisionLog } from "./decision_log.ts";
