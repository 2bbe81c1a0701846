import type { Policy, PolicyRule } from "./policy.ts";

/** Longest request that rules are compared with; a longer one is cut. */
const MAX_QUERY = 4096;

/**
 * Compiles the expression of a rule; prefixes as `(?i)`, `(?s)`, `(?m)` become flags.
 *
 * @returns undefined when it is no valid expression.
 */
export function ruleRegex(regex: string): RegExp | undefined {
  const flags = /^(?:\(\?[ims]+\))*/.exec(regex)![0];
  try {
    return new RegExp(regex.slice(flags.length), [...new Set(flags.match(/[ims]/g))].join(""));
  } catch {
    return undefined;
  }
}

/** The rules that fit a request, in their order. */
export function matchingRules(policy: Policy, query: string): PolicyRule[] {
  return policy.rules.filter(({ regex }) => ruleRegex(regex)?.test(query.slice(0, MAX_QUERY)));
}
