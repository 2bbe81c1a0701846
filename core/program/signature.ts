import { UserError } from "../errors.ts";
import { isHistory } from "./history.ts";
import type { InferInput, InferOutput } from "./infer_signature.ts";
import { parseSignature } from "./_parse_signature.ts";

/** A zod 4 schema, named by what is used of its type: the caller's copy of zod will do. */
export interface FieldSchema {
  /** What zod knows about it. */
  readonly _zod: {
    /** What a caller gives. */
    readonly input: unknown;
    /** What comes out once it is checked. */
    readonly output: unknown;
    /** Whether the caller may leave it out. */
    readonly optin?: "optional" | "defaulted" | undefined;
    /** Whether it may be missing in what comes out. */
    readonly optout?: "optional" | undefined;
  };
}

/**
 * Fields by name, in order. `.describe()` is what a model is told about a field, `.optional()` and
 * `.default()` let it be left out.
 */
export type Fields = Readonly<Record<string, FieldSchema>>;

/** What a caller gives for fields. */
export type FieldsInput<F extends Fields> =
  & {
    [K in keyof F as F[K]["_zod"] extends { optin: "optional" | "defaulted" } ? never : K]:
      F[K]["_zod"]["input"];
  }
  & {
    [K in keyof F as F[K]["_zod"] extends { optin: "optional" | "defaulted" } ? K : never]?:
      F[K]["_zod"][
        "input"
      ];
  };

/** What comes out of fields once they are checked. */
export type FieldsOutput<F extends Fields> =
  & {
    -readonly [
      K in keyof F as F[K]["_zod"] extends { optout: "optional" } ? never : K
    ]: F[K]["_zod"]["output"];
  }
  & {
    -readonly [K in keyof F as F[K]["_zod"] extends { optout: "optional" } ? K : never]?:
      F[K]["_zod"]["output"];
  };

/** What goes in, what comes out, and what is to be done: the program's part that no prompt is in. */
export interface Signature<
  // deno-lint-ignore no-explicit-any -- functions over signatures take them of all types
  I = any,
  // deno-lint-ignore no-explicit-any -- see above
  O = any,
> {
  /** What is given. */
  readonly inputs: Fields;
  /** What is asked for, in the order in which the model writes it. */
  readonly outputs: Fields;
  /** What is to be done. Optimizers rewrite it. */
  readonly instructions: string;
  /** Never set: carries the types of inputs and outputs. */
  readonly types?: { readonly input: I; readonly output: O };
}

/**
 * A signature from text: `"in1, in2: type -> out1, out2: type"`. Types are `str` (the default),
 * `int`, `float`, `bool`, `json`, lists as `T[]`, and words to choose from as `a|b|c`; in lists in
 * brackets, `(a|b)[]`. `string`, `number` and `boolean` say the same as `str`, `float` and `bool`.
 *
 * @param instructions what is to be done. Default: "Given the fields ..., produce the fields ...".
 * @throws {UserError} `usage`, with the position and what was expected there.
 *
 * @example
 * ```ts
 * import { sig } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const judge = sig("text, words: str[] -> label: spam|ham, score: float");
 * assert.equal(
 *   judge.instructions,
 *   "Given the fields `text`, `words`, produce the fields `label`, `score`.",
 * );
 * ```
 */
export function sig<const S extends string>(
  text: S,
  instructions?: string,
): Signature<InferInput<S>, InferOutput<S>>;
/**
 * A signature from zod fields.
 *
 * @example
 * ```ts
 * import { sig } from "@dspy/code/core/program";
 * import { z } from "zod";
 *
 * const triage = sig(
 *   { ticket: z.string().describe("as the customer wrote it") },
 *   { urgency: z.enum(["low", "high"]), tags: z.array(z.string()) },
 *   "Triage the ticket.",
 * );
 * console.assert(Object.keys(triage.outputs).length === 2);
 * ```
 */
export function sig<I extends Fields, O extends Fields>(
  inputs: I,
  outputs: O,
  instructions?: string,
): Signature<FieldsInput<I>, FieldsOutput<O>>;
export function sig(
  first: string | Fields,
  second?: string | Fields,
  third?: string,
): Signature {
  if (typeof first === "string") {
    const { inputs, outputs } = parseSignature(first);
    return signature(inputs, outputs, second as string | undefined);
  }
  checkNames(first, second as Fields);
  return signature({ ...first }, { ...second as Fields }, third);
}

function signature(inputs: Fields, outputs: Fields, instructions?: string): Signature {
  return {
    inputs,
    outputs,
    instructions: instructions ?? defaultInstructions(inputs, outputs),
  };
}

function defaultInstructions(inputs: Fields, outputs: Fields): string {
  const list = (fields: Fields) =>
    Object.keys(fields).filter((name) => !isHistory(fields[name]!))
      .map((name) => `\`${name}\``).join(", ");
  return `Given the fields ${list(inputs)}, produce the fields ${list(outputs)}.`;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

function checkNames(inputs: Fields, outputs: Fields): void {
  for (const name of [...Object.keys(inputs), ...Object.keys(outputs)]) {
    if (!NAME.test(name) || name === "__proto__") {
      throw new UserError("usage", `no field can be named ${JSON.stringify(name)}`, {
        hint: "use letters, digits and _, not beginning with a digit",
      });
    }
  }
  const twice = Object.keys(outputs).find((name) => Object.hasOwn(inputs, name));
  if (twice !== undefined) {
    throw new UserError("usage", `\`${twice}\` is an input and an output`, {
      hint: "name one of them differently",
    });
  }
  if (Object.keys(inputs).length === 0 || Object.keys(outputs).length === 0) {
    throw new UserError("usage", "a signature needs at least one input and one output");
  }
}
