import { z } from "zod";
import type { Json } from "../store/types.ts";

/** A turn of a conversation: inputs and outputs of the same signature, by field. */
export type Turn = Readonly<Record<string, Json>>;

const HISTORIES = new WeakSet<z.ZodType>();

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
export function history(): z.ZodType<readonly Turn[], readonly Turn[]> {
  const schema = z.array(z.record(z.string(), z.any()));
  HISTORIES.add(schema);
  return schema;
}

/** Whether a field is the conversation so far. */
export function isHistory(schema: z.ZodType): boolean {
  return HISTORIES.has(schema);
}
