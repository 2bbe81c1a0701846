import { isBoundedRegex } from "./is_bounded_regex.ts";
import type { Policy, PolicyRule } from "./policy.ts";

/** Longest request that rules are compared with; a longer one is cut. */
const MAX_QUERY = 1000;

/**
 * Compiles the expression of a rule; prefixes as `(?i)`, `(?s)`, `(?m)` become flags.
 *
 * @returns undefined when it is no valid expression, or one that could run away.
 */
export function ruleRegex(regex: string): RegExp | undefined {
  const flags = /^(?:\(\?[ims]+\))*/.exec(regex)![0];
  const source = regex.slice(flags.length);
  // The policy is content of the repository: its rules must not hang the session.
  if (!isBoundedRegex(source)) return undefined;
  try {
    return new RegExp(source, [...new Set(flags.match(/[ims]/g))].join(""));
  } catch {
    return undefined;
  }
}

/** The rules that fit a request, in their order. */
export function matchingRules(policy: Policy, query: string): PolicyRule[] {
  return policy.rules.filter(({ regex }) => ruleRegex(regex)?.test(query.slice(0, MAX_QUERY)));
}
