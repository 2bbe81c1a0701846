import { CONFIG_OPTIONS, type ConfigOption } from "../core/config_options.ts";
import type { Config } from "../core/config.ts";
import { UserError } from "../core/errors.ts";

/** A command line without the flags that every command has. */
export interface SplitArgs {
  /** Values by the option's key, as text or boolean. */
  readonly flags: Partial<Record<keyof Config, unknown>>;
  /** The verb and its words. */
  readonly rest: readonly string[];
}

/**
 * Takes the flags of {@linkcode CONFIG_OPTIONS} out of a command line, wherever they stand before
 * `--`. A flag that the verb itself has belongs to the verb, and all behind a program that is to be
 * run belongs to the program.
 *
 * @param args the command line.
 * @param owns whether a verb has a flag of its own by that name.
 * @param passes whether a verb passes on what stands behind its first word.
 * @throws {UserError} `usage` for a flag without its value.
 */
export function splitGlobals(
  args: readonly string[],
  owns: (verb: string, flag: string) => boolean,
  passes: (verb: string) => boolean = () => false,
): SplitArgs {
  const flags: Partial<Record<keyof Config, unknown>> = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const isPassed = !word.startsWith("-") && rest.length === (rest[0] === "start" ? 2 : 1) &&
      passes(rest.at(-1)!);
    if (word === "--" || isPassed) return { flags, rest: [...rest, ...args.slice(i)] };
    const found = matchGlobal(word);
    if (found === undefined || (rest[0] !== undefined && owns(rest[0], found.option.flag))) {
      rest.push(word);
      continue;
    }
    const { option, value } = found;
    if (value !== undefined) flags[option.key] = value;
    else if (option.type === "boolean") flags[option.key] = !found.negated;
    // A value that looks like a flag is given as --name=value.
    else if (args[i + 1] === undefined || args[i + 1]!.startsWith("--")) {
      throw new UserError("usage", `${word} needs a value`, { hint: option.doc });
    } else flags[option.key] = args[++i];
  }
  return { flags, rest };
}

function matchGlobal(
  word: string,
): { option: ConfigOption; value: string | undefined; negated: boolean } | undefined {
  const [, body, value] = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (body === undefined) return undefined;
  const name = body.replaceAll("_", "-");
  for (const option of CONFIG_OPTIONS) {
    if (option.flag === name) return { option, value, negated: false };
    if (option.type === "boolean" && name === `no-${option.flag}` && value === undefined) {
      return { option, value, negated: true };
    }
  }
  return undefined;
}
