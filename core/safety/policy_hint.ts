import { matchingRules } from "./matching_rules.ts";
import type { Policy } from "./policy.ts";

/**
 * Adds what the policy says about a request to a description of the state.
 *
 * @returns `<state> | Policy: Prefer tools: a, b; Avoid tools: c; For '<regex>': prefer x; For
 * '<regex>': avoid y`, with only the parts that there are; the bare state when there is none.
 *
 * @example
 * ```ts
 * import { EMPTY_POLICY, policyHint } from "@dspy/code/core/safety";
 * import assert from "node:assert/strict";
 *
 * const policy = { ...EMPTY_POLICY, prefer_tools: ["grep"], deny_tools: ["edit"] };
 * assert.equal(policyHint("s", policy, ""), "s | Policy: Prefer tools: grep; Avoid tools: edit");
 * assert.equal(policyHint("s", EMPTY_POLICY, ""), "s");
 * ```
 */
export function policyHint(state: string, policy: Policy, query: string): string {
  const parts = [
    part("Prefer tools: ", policy.prefer_tools),
    part("Avoid tools: ", policy.deny_tools),
    ...matchingRules(policy, query).flatMap(({ regex, prefer_tools, deny_tools }) => [
      part(`For '${regex}': prefer `, prefer_tools),
      part(`For '${regex}': avoid `, deny_tools),
    ]),
  ].filter((text) => text !== undefined);
  return parts.length === 0 ? state : `${state} | Policy: ${parts.join("; ")}`;
}

function part(label: string, names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : label + names.join(", ");
}
