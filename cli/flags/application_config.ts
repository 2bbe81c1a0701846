import {
  type ApplicationText,
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  type PartialApplicationConfiguration,
  text_en,
} from "@stricli/core";
import { describeError, UserError } from "../../core/errors.ts";
import { clip } from "./_clip.ts";

const text: ApplicationText = {
  ...text_en,
  exceptionWhileParsingArguments: (error) => {
    if (!(error instanceof ArgumentScannerError)) return describeError(error);
    return formatMessageForArgumentScannerError(error, {
      ArgumentParseError: ({ input, externalFlagNameOrPlaceholder: flag, exception }) =>
        `"${clip(input)}" does not fit --${flag}, ${messageOf(exception)}`,
      EnumValidationError: ({ message, externalFlagName: flag }) => `${message} (--${flag})`,
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
