import {
  type ApplicationText,
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  type PartialApplicationConfiguration,
  text_en,
} from "@stricli/core";
import { closest } from "../../core/closest.ts";
import { describeError, UserError } from "../../core/errors.ts";
import { clip } from "./_clip.ts";

const text: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    `no command called ${JSON.stringify(clip(input))}${meant(corrections)}`,
  exceptionWhileParsingArguments: (error) => {
    if (!(error instanceof ArgumentScannerError)) return describeError(error);
    return formatMessageForArgumentScannerError(error, {
      ArgumentParseError: ({ input, externalFlagNameOrPlaceholder: flag, exception }) =>
        `"${clip(input)}" does not fit --${flag}, ${messageOf(exception)}`,
      EnumValidationError: ({ input, values, externalFlagName: flag }) =>
        `"${clip(input)}" does not fit --${flag}, expected one of ${values.join(", ")}` +
        meant(closest(input, values)),
      FlagNotFoundError: ({ input, corrections }) =>
        `no flag --${clip(input)}${meant(corrections.map((flag) => `--${flag}`))}`,
      AliasNotFoundError: ({ input }) => `no flag -${clip(input)}`,
      UnsatisfiedFlagError: ({ externalFlagName: flag }) => `--${flag} needs a value`,
      UnexpectedFlagError: ({ externalFlagName: flag, previousInput, input }) =>
        `--${flag} is given twice: "${clip(previousInput)}" and "${clip(input)}"`,
      UnexpectedPositionalError: ({ expectedCount: most, input }) =>
        `it takes ${most === 0 ? "no words" : `at most ${most} word${most === 1 ? "" : "s"}`}, ` +
        `"${clip(input)}" is one too many`,
      InvalidNegatedFlagSyntaxError: ({ externalFlagName: flag }) => `--${flag} takes no value`,
    });
  },
  exceptionWhileLoadingCommandFunction: (error) => describeError(error),
  exceptionWhileLoadingCommandContext: (error) => describeError(error),
  exceptionWhileRunningCommand: (error) => describeError(error),
  commandErrorResult: (error) => describeError(error),
};

/**
 * How every command line of ours is read and complained about: `--` ends the flags, errors are one
 * line without a stack trace, a {@linkcode UserError} keeps its exit code.
 *
 * @param name name of the program.
 */
export function applicationConfig(name: string): PartialApplicationConfiguration {
  return {
    name,
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
    localization: { text },
    determineExitCode: (error) => error instanceof UserError ? error.exitCode : 1,
  };
}

/**
 * Stricli's exit code in our terms.
 *
 * @param code what stricli left in `process.exitCode`: negative for its own errors. It must have
 * been null before, since stricli never replaces a number.
 * @returns 2 for a command line it could not read, 1 for its other errors, else the code itself.
 */
export function exitCodeOf(code: number | string | null | undefined): number {
  const value = Number(code ?? 0);
  // `-5` no such command, `-4` flags or words that do not fit.
  if (value === -5 || value === -4) return 2;
  return value < 0 || !Number.isInteger(value) ? 1 : value;
}

/** The names that may have been meant, behind what is said of a wrong one. */
function meant(names: readonly string[]): string {
  return names.length === 0 ? "" : `, did you mean ${names.join(" or ")}?`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
