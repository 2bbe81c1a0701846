import { buildCommand, type Command, type CommandContext } from "@stricli/core";
import type { CatalogEntry } from "../../core/registry.ts";
import { helpFor } from "./help_for.ts";
import { inputFrom } from "./input_from.ts";
import { parametersFor, type ToolParameters } from "./parameters_for.ts";

/** Runs a tool's command with its input and the values of the flags that are not the tool's. */
export type ToolCommandRunner<C extends CommandContext> = (
  context: C,
  input: Record<string, unknown>,
  extra: Readonly<Record<string, unknown>>,
) => void | Error | Promise<void | Error>;

/** Options of {@linkcode commandFor}. */
export interface CommandForOptions {
  /** Flags every command has. Default none. */
  readonly flags?: NonNullable<ToolParameters["flags"]>;
  /** Name of the program in the help text. */
  readonly program?: string;
}

/**
 * A tool as a stricli command. Its argv must have passed `normalizeArgv`.
 *
 * @param entry the tool.
 * @param run what to do with the input.
 */
export function commandFor<C extends CommandContext>(
  entry: CatalogEntry,
  run: ToolCommandRunner<C>,
  { flags: extraFlags = {}, program }: CommandForOptions = {},
): Command<C> {
  const own = parametersFor(entry);
  const parameters = { ...own, flags: { ...extraFlags, ...own.flags } };
  const command = buildCommand<Record<string, unknown>, string[], C>({
    docs: { brief: entry.summary },
    // The flags come from a JSON schema, so their types cannot be followed by the compiler.
    parameters: parameters as never,
    func(flags, ...words) {
      const extra = Object.fromEntries(
        Object.keys(extraFlags).filter((key) => flags[key] !== undefined)
          .map((key) => [key, flags[key]]),
      );
      return run(
        this,
        inputFrom(flags, words, entry, program === undefined ? {} : { program }),
        extra,
      );
    },
  });
  const help = () => `${helpFor(entry, program === undefined ? {} : { program })}\n`;
  return { ...command, brief: entry.summary, fullDescription: undefined, formatHelp: help };
}
