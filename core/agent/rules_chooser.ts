import type { Candidate, Choice, ChoiceContext, Chooser } from "./chooser.ts";

/** A chooser that answers at once. */
export interface RulesChooser extends Chooser {
  /** As {@linkcode Chooser.choose}, without waiting. */
  choose(context: ChoiceContext, candidates: readonly Candidate[]): Choice | undefined;
}

/**
 * The untaught chooser: the candidate with the highest weight, ties by name. It never explores, so
 * its propensity is 1, and it learns nothing.
 *
 * @example
 * ```ts
 * import { rulesChooser } from "@dspy/code/core/agent";
 * import assert from "node:assert/strict";
 *
 * const choice = rulesChooser().choose(
 *   { request: "run the tests", step: 1, history: [], features: {} },
 *   [
 *     { tool: "grep", weight: 0.3, reason: "it names a word" },
 *     { tool: "run_tests", weight: 0.9, reason: "it asks for tests" },
 *   ],
 * );
 * assert.equal(choice?.tool, "run_tests");
 * assert.deepEqual(choice?.alternatives, ["grep"]);
 * ```
 */
export function rulesChooser(): RulesChooser {
  return { choose: (_context, candidates) => best(candidates), learn: () => {} };
}

function best(candidates: readonly Candidate[]): Choice | undefined {
  const allowed = candidates.filter(({ masked }) => masked === undefined);
  const [first, ...rest] = allowed.sort((a, b) =>
    b.weight - a.weight || (a.tool < b.tool ? -1 : 1)
  );
  if (first === undefined || first.weight <= 0) return undefined;
  return {
    tool: first.tool,
    reason: first.reason,
    propensity: 1,
    alternatives: rest.filter((candidate) => candidate.weight > 0).map(({ tool }) => tool),
  };
}
