import { canonicalName } from "./_canonical_name.ts";
import { matchingRules } from "./matching_rules.ts";
import type { Policy } from "./policy.ts";

/**
 * Why the policy denies a tool: `policy-deny: grep` or `policy-deny(<regex>): grep`.
 *
 * @param query what the user asked for; rules are passed over when there is none.
 */
export function policyDenial(policy: Policy, query: string, tool: string): string | undefined {
  if (includesTool(policy.deny_tools, tool)) return `policy-deny: ${tool}`;
  const rule = matchingRules(policy, query).find(({ deny_tools }) =>
    includesTool(deny_tools, tool)
  );
  return rule && `policy-deny(${rule.regex}): ${tool}`;
}

/** What stands in for a tool that somebody or something chose. */
export interface EnforcedTool {
  /** The tool itself, `plan` for a denied one, or none when `plan` is denied too. */
  readonly tool: string | undefined;
  /** Why it was replaced; null when it was not. */
  readonly note: string | null;
}

/**
 * Replaces a denied tool by `plan`.
 *
 * @example
 * ```ts
 * import { EMPTY_POLICY, enforceTool } from "@dspy/code/core/safety";
 * import assert from "node:assert/strict";
 *
 * const policy = { ...EMPTY_POLICY, deny_tools: ["edit"] };
 * assert.deepEqual(enforceTool(policy, "", "edit"), { tool: "plan", note: "policy-deny: edit" });
 * assert.deepEqual(enforceTool(policy, "", "grep"), { tool: "grep", note: null });
 * ```
 */
export function enforceTool(policy: Policy, query: string, tool: string): EnforcedTool {
  const note = policyDenial(policy, query, tool);
  if (note === undefined) return { tool, note: null };
  const planDenied = policyDenial(policy, query, "plan") !== undefined;
  return { tool: planDenied ? undefined : "plan", note };
}

function includesTool(names: readonly string[], tool: string): boolean {
  return names.some((name) => canonicalName(name) === canonicalName(tool));
}
