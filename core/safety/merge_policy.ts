import { canonicalName } from "./_canonical_name.ts";
import type { Policy, PolicyRule } from "./policy.ts";

/** What a person says about a tool after seeing it at work. */
export interface PolicyFeedback {
  /** Tools to like from now on. */
  readonly prefer?: readonly string[];
  /** Tools that shall not run any more. */
  readonly deny?: readonly string[];
  /** A rule for requests of one kind. */
  readonly rule?: PolicyRule;
}

/** A policy with feedback merged in, without duplicates; rules with the same regex become one. */
export function mergePolicy(policy: Policy, { prefer, deny, rule }: PolicyFeedback): Policy {
  const same = policy.rules.find(({ regex }) => regex === rule?.regex);
  const merged = rule && {
    regex: rule.regex,
    prefer_tools: union(same?.prefer_tools, rule.prefer_tools),
    deny_tools: union(same?.deny_tools, rule.deny_tools),
  };
  return {
    ...policy,
    prefer_tools: union(policy.prefer_tools, prefer),
    deny_tools: union(policy.deny_tools, deny),
    rules: merged === undefined
      ? policy.rules
      : same === undefined
      ? [...policy.rules, merged]
      : policy.rules.map((old) => old === same ? merged : old),
  };
}

function union(a: readonly string[] = [], b: readonly string[] = []): string[] {
  const names = new Map<string, string>();
  for (const name of [...a, ...b]) {
    if (!names.has(canonicalName(name))) names.set(canonicalName(name), name);
  }
  return [...names.values()];
}
