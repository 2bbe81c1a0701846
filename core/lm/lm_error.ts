import { UserError } from "../errors.ts";

/**
 * What went wrong with a model: `auth` no key or a wrong one, no right, no credit; `rate` too many
 * requests; `timeout` no answer in time; `context` more text than the window holds; `server` the
 * server failed or spoke nonsense; `network` not reached or cut off; `refused` the request itself is
 * not wanted (its content, its form, an unknown model); `aborted` the caller ended it.
 *
 * `rate`, `timeout`, `server` and `network` may pass by themselves; the others do not.
 */
export type LMErrorKind =
  | "auth"
  | "rate"
  | "timeout"
  | "context"
  | "server"
  | "network"
  | "refused"
  | "aborted";

/** Options of {@linkcode LMError}. */
export interface LMErrorOptions extends ErrorOptions {
  /** HTTP status, if there was one. */
  readonly status?: number;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfterMs?: number;
  /** The way out, for people. */
  readonly hint?: string;
  /** See {@linkcode LMError.noTools}. Default false. */
  readonly noTools?: boolean;
}

/**
 * An error of a model or of the way to it.
 *
 * @example
 * ```ts
 * import { LMError } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const error = new LMError("rate", "too many requests", { status: 429, retryAfterMs: 1000 });
 * assert.equal(error.lmKind, "rate");
 * ```
 */
export class LMError extends UserError {
  /** What went wrong. */
  readonly lmKind: LMErrorKind;
  /** HTTP status, if there was one. */
  readonly status: number | undefined;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfterMs: number | undefined;
  /**
   * Whether a request was refused because it had tools. The model's `can.tools` is false from then
   * on; the same can be asked again without them.
   */
  readonly noTools: boolean;

  /**
   * Makes one.
   *
   * @param lmKind what went wrong.
   * @param message one sentence without keys and without a final full stop.
   */
  constructor(lmKind: LMErrorKind, message: string, options: LMErrorOptions = {}) {
    const { hint, status, retryAfterMs, noTools = false } = options;
    super(lmKind === "aborted" ? "aborted" : "failed", message, {
      ...hint !== undefined && { hint },
      ..."cause" in options && { cause: options.cause },
    });
    this.lmKind = lmKind;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.noTools = noTools;
  }
}
