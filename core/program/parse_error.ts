import { UserError } from "../errors.ts";

/** What is wrong with one field of a reply. */
export interface FieldIssue {
  /** Name of the output field. */
  readonly field: string;
  /** What was expected and what was given, in words. */
  readonly message: string;
}

/** What {@linkcode ParseError} is made of. */
export interface ParseFailure extends ErrorOptions {
  /** Name of the adapter that read the reply; `json` for bare JSON. */
  readonly adapter: string;
  /** The reply as it came. */
  readonly raw: string;
  /** Output fields that the reply does not give. Default none. */
  readonly missing?: readonly string[];
  /** What is wrong with fields that it does give. Default nothing. */
  readonly issues?: readonly FieldIssue[];
  /** Set when the reply was cut at the limit of tokens. */
  readonly cut?: boolean;
}

/** How much of the reply the message shows. */
const SHOWN = 200;

/**
 * A reply that does not give the outputs that were asked for. The message says which ones and shows
 * the reply's beginning; the whole of it is in {@linkcode ParseError.raw}.
 *
 * @example
 * ```ts
 * import { ParseError } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const error = new ParseError({ adapter: "chat", raw: "Paris", missing: ["answer"] });
 * assert.equal(error.message, 'the reply does not give `answer` (chat): "Paris"');
 * ```
 */
export class ParseError extends UserError {
  /** Name of the adapter that read the reply. */
  readonly adapter: string;
  /** The reply as it came. */
  readonly raw: string;
  /** Output fields that the reply does not give. */
  readonly missing: readonly string[];
  /** What is wrong with fields that it does give. */
  readonly issues: readonly FieldIssue[];

  /** Makes one; the message is put together from the failure. */
  constructor(failure: ParseFailure) {
    const { adapter, raw, missing = [], issues = [] } = failure;
    super("failed", `${problem(missing, issues)} (${adapter}): ${shown(raw)}`, {
      ...failure.cut && { hint: "the reply was cut: raise maxTokens, or ask for less" },
      ..."cause" in failure && { cause: failure.cause },
    });
    this.adapter = adapter;
    this.raw = raw;
    this.missing = missing;
    this.issues = issues;
  }

  /** What is wrong, without the reply: what a model is told when it is to repair it. */
  get problem(): string {
    return problem(this.missing, this.issues);
  }
}

function problem(missing: readonly string[], issues: readonly FieldIssue[]): string {
  const parts = issues.map(({ field, message }) => `\`${field}\`: ${message}`);
  if (missing.length > 0) {
    parts.unshift(`the reply does not give ${missing.map((name) => `\`${name}\``).join(", ")}`);
  }
  return parts.length > 0 ? parts.join("; ") : "the reply is not JSON";
}

function shown(raw: string): string {
  if (raw.trim() === "") return "the reply is empty";
  return JSON.stringify(raw.length > SHOWN ? `${raw.slice(0, SHOWN)}...` : raw);
}
