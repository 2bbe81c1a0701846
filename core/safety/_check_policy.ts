import { closest } from "../closest.ts";
import { UserError } from "../errors.ts";
import { ruleWords } from "./commands.ts";
import { ruleRegex } from "./matching_rules.ts";
import { EMPTY_POLICY, type Policy, type PolicyRule } from "./policy.ts";

type Values = Readonly<Record<string, unknown>>;

/** A policy with what was passed over. */
export interface CheckedPolicy {
  readonly policy: Policy;
  readonly warnings: readonly string[];
}

const RULE_KEYS = ["regex", "prefer_tools", "deny_tools"];

/**
 * Makes a policy of what a file holds: its settings, or a mapping `policy` with them. Keys are
 * written with `_` or `-`.
 *
 * @throws {UserError} `usage` for a setting of the wrong type.
 */
export function checkPolicy(
  path: string,
  values: Values,
  earlier: readonly string[],
): CheckedPolicy {
  const warnings = [...earlier];
  const settings = settingsOf(path, values);
  const warnUnknown = (at: string, found: Values, known: readonly string[]) => {
    for (const key of Object.keys(found).filter((key) => !known.includes(key))) {
      const near = closest(key, known, { limit: 1 })[0];
      const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean "${near}"?`;
      warnings.push(`${path}: unknown setting ${JSON.stringify(at + key)}: ${hint}`);
    }
  };
  warnUnknown("", settings, Object.keys(EMPTY_POLICY));
  const list = (key: keyof Policy) => stringList(path, key, settings[key]);
  const allow_commands = list("allow_commands").filter((rule) => {
    const words = ruleWords(rule);
    if (words !== undefined && !words.includes("*")) return true;
    warnings.push(
      `${path}: allow_commands: ${
        JSON.stringify(rule)
      } allows nothing: plain words and <path> only`,
    );
    return false;
  });
  const policy: Policy = {
    prefer_tools: list("prefer_tools"),
    deny_tools: list("deny_tools"),
    rules: ruleList(path, settings.rules).flatMap((rule, i): PolicyRule[] => {
      warnUnknown(`rules[${i}].`, rule, RULE_KEYS);
      const checked = checkRule(path, i, rule);
      if (ruleRegex(checked.regex) !== undefined) return [checked];
      warnings.push(
        `${path}: rules[${i}]: invalid regex ${JSON.stringify(checked.regex)}, rule skipped`,
      );
      return [];
    }),
    deny_paths: list("deny_paths"),
    allow_commands,
    deny_commands: list("deny_commands"),
  };
  return { policy, warnings };
}

function settingsOf(path: string, values: Values): Values {
  const underscored = underscore(values);
  if (!("policy" in underscored)) return underscored;
  const settings = underscored.policy ?? {};
  if (!isMapping(settings)) throw wrong(path, "policy", "settings", settings);
  return underscore(settings);
}

function checkRule(path: string, i: number, rule: Values): PolicyRule {
  const { regex } = rule;
  if (typeof regex !== "string") throw wrong(path, `rules[${i}].regex`, "a text", regex);
  return {
    regex,
    prefer_tools: stringList(path, `rules[${i}].prefer_tools`, rule.prefer_tools),
    deny_tools: stringList(path, `rules[${i}].deny_tools`, rule.deny_tools),
  };
}

function ruleList(path: string, value: unknown): Values[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(path, "rules", "a list of rules", value);
  return value.map((rule, i) => {
    if (!isMapping(rule)) throw wrong(path, `rules[${i}]`, "a rule with a regex", rule);
    return underscore(rule);
  });
}

function stringList(path: string, key: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  if (!isList) throw wrong(path, key, "a list of texts", value);
  return value;
}

function wrong(path: string, key: string, expected: string, given: unknown): UserError {
  const shown = JSON.stringify(given) ?? "nothing";
  const short = shown.length > 60 ? `${shown.slice(0, 60)}\u2026` : shown;
  return new UserError("usage", `${path}: ${key} is not ${expected}: ${short}`, {
    hint: "mend the file; an example is in `dspy-code config init`",
  });
}

function underscore(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.replaceAll("-", "_"), value]),
  );
}

function isMapping(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
