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

function includesTool(names: readonly string[], tool: string): boolean {
  return names.some((name) => canonicalName(name) === canonicalName(tool));
}
