import { UserError } from "../errors.ts";
import type { Origin } from "../tool.ts";
import { checkProgram, matchCommand, startsAnything } from "./commands.ts";
import { findDanger } from "./danger.ts";
import type { Verdict } from "./decision.ts";
import { namesDenied } from "./_names_denied.ts";
import type { PathGuard } from "./paths.ts";
import { forbiddenCommand } from "./forbidden_command.ts";
import { type Policy, PREFERENCES_FILE } from "./policy.ts";
import { checkArgv, joinWords } from "./words.ts";

/** What decides about a command line that somebody wrote freely. */
export interface CommandRules {
  /** Its allowed commands only if trusted. */
  readonly policy: Policy;
  /** Checks the operands of rules with `<path>`, and the files that a command of the agent names. */
  readonly guard: PathGuard;
  /** Who wrote the command. */
  readonly origin: Origin;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
}

/** A verdict with its rule. */
export interface Ruling {
  /** What is to happen. */
  readonly verdict: Verdict;
  /** Id of the rule that decided. */
  readonly rule: string;
  /** One sentence for the human and the model. */
  readonly reason: string;
}

/**
 * What the rules say about a command that was written freely, whatever the approval mode: only a
 * listed one is allowed. What parses but is not listed asks; a person at the terminal who typed it
 * has thereby answered. A command of the agent that names a file the guard denies is denied, whoever
 * would say yes: the program reads it with the person's rights.
 */
export function decideCommand(argv: readonly string[], rules: CommandRules): Ruling {
  const { policy, guard, origin, interactive } = rules;
  try {
    checkArgv(argv);
    checkProgram(argv[0]!);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { verdict: "deny", rule: error.rule ?? "command", reason: error.line };
  }
  const line = joinWords(argv);
  const denied = deniedCommand(argv, policy);
  if (denied) return denied;
  const secret = origin === "agent" ? namesDenied(argv.slice(1), guard) : undefined;
  if (secret !== undefined) {
    const reason = `${joinWords([secret])} names a file that is never opened for an agent`;
    return { verdict: "deny", rule: "path.denied", reason };
  }
  const starts = startsAnything(argv[0]!);
  const allowed = matchCommand(argv, policy.allow_commands, guard);
  if (allowed && (allowed.exact || !starts)) {
    return {
      verdict: "allow",
      rule: "policy.allow_commands",
      reason: `the policy allows ${JSON.stringify(allowed.rule)}`,
    };
  }
  const danger = findDanger(line)[0];
  if (danger) {
    const verdict = origin === "user" ? "ask" : "deny";
    return { verdict, rule: "command.danger", reason: `${danger.name}: it ${danger.why}` };
  }
  if (starts && origin === "agent") {
    return {
      verdict: "deny",
      rule: "command.interpreter",
      reason: `${argv[0]} starts whatever it is told; only a rule with these very words allows it`,
    };
  }
  if (origin === "user" && interactive) {
    return { verdict: "allow", rule: "consent", reason: "the person typed it" };
  }
  return { verdict: "ask", rule: "command.unlisted", reason: "no rule of the policy allows it" };
}

/** The rule that denies a command, if one does. */
export function deniedCommand(argv: readonly string[], policy: Policy): Ruling | undefined {
  const forbidden = policy.preferences && forbiddenCommand(argv, policy.preferences);
  if (forbidden !== undefined) {
    const reason = `${PREFERENCES_FILE} forbids ${JSON.stringify(forbidden)}`;
    return { verdict: "deny", rule: "preferences.forbidden_commands", reason };
  }
  const match = matchCommand(argv, policy.deny_commands);
  return match && {
    verdict: "deny",
    rule: "policy.deny_commands",
    reason: `the policy denies ${JSON.stringify(match.rule)}`,
  };
}
