/** What went wrong, in the terms of the exit code table: see {@linkcode UserError}. */
export type ErrorKind = "failed" | "refused" | "usage" | "missing" | "aborted";

const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  failed: 1,
  refused: 1,
  usage: 2,
  missing: 127,
  aborted: 130,
};

/** Options of {@linkcode UserError}. */
export interface UserErrorOptions extends ErrorOptions {
  /** The way out, as one sentence or command: shown after the message. */
  readonly hint?: string;
  /** The id of the rule that refused, for kind `"refused"`. */
  readonly rule?: string;
}

/**
 * An error meant for the person at the terminal or for the model: it names the value that was
 * given, what was expected, and the way out. Everything else that is thrown is a defect.
 *
 * @example
 * ```ts
 * import { UserError } from "@dspy/code/core";
 * import assert from "node:assert/strict";
 *
 * const error = new UserError("usage", 'no command "gerp"', { hint: 'did you mean "grep"?' });
 * assert.equal(error.exitCode, 2);
 * assert.equal(error.line, 'no command "gerp": did you mean "grep"?');
 * ```
 */
export class UserError extends Error {
  /** Always `UserError`. */
  override readonly name = "UserError";
  /** What went wrong. */
  readonly kind: ErrorKind;
  /** The way out, if there is one. */
  readonly hint: string | undefined;
  /** The id of the rule that refused, if one did. */
  readonly rule: string | undefined;

  /**
   * Makes one.
   *
   * @param kind decides the exit code: failed and refused 1, usage 2, missing 127, aborted 130.
   * @param message what was given and what was expected, without a final full stop.
   * @param options the way out, the refusing rule, the cause.
   */
  constructor(kind: ErrorKind, message: string, options: UserErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.kind = kind;
    this.hint = options.hint;
    this.rule = options.rule;
  }

  /** The exit code of a process that ends with this error. */
  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }

  /** Message and hint in one line. */
  get line(): string {
    return this.hint === undefined ? this.message : `${this.message}: ${this.hint}`;
  }
}

/**
 * One line for any thrown value, without a stack trace.
 *
 * @param error what was thrown.
 * @returns the line of a {@linkcode UserError}, else name and message.
 */
export function describeError(error: unknown): string {
  if (error instanceof UserError) return error.line;
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return String(error);
}
