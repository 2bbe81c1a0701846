import { z } from "zod";
import type { FieldSchema } from "./signature.ts";
import type { Json } from "../store/types.ts";

/** A turn of a conversation: inputs and outputs of the same signature, by field. */
export type Turn = Readonly<Record<string, Json>>;

/** The schema of a field for the conversation so far. */
export interface HistoryField extends FieldSchema {
  /** Turns, oldest first; none when left out. */
  readonly _zod: {
    readonly input: readonly Turn[] | undefined;
    readonly output: readonly Turn[] | undefined;
    readonly optin: "optional" | "defaulted";
    readonly optout: "optional";
  };
}

const HISTORIES = new WeakSet<FieldSchema>();

/**
 * An input field for the conversation so far. Its turns are shown as messages before the question,
 * not as a value.
 *
 * @example
 * ```ts
 * import { history, sig } from "@dspy/code/core/program";
 * import { z } from "zod";
 *
 * const chatty = sig({ past: history(), question: z.string() }, { answer: z.string() });
 * console.assert("past" in chatty.inputs);
 * ```
 */
export function history(): HistoryField {
  const schema = z.array(z.record(z.string(), z.any())).optional();
  HISTORIES.add(schema);
  return schema;
}

/** Whether a field is the conversation so far. */
export function isHistory(schema: FieldSchema): boolean {
  return HISTORIES.has(schema);
}
