import type { LMResponse } from "../lm/types.ts";
import { compileFields } from "./_fields.ts";
import { type FieldIssue, ParseError } from "./parse_error.ts";
import type { Signature } from "./signature.ts";

/**
 * Brings raw values into the form of the output fields and checks them.
 *
 * @param rawOf what the reply gives for a name, undefined for nothing.
 * @throws {ParseError} with everything that is missing or wrong.
 */
export function readOutputs(
  signature: Signature,
  rawOf: (name: string) => unknown,
  adapter: string,
  reply: LMResponse,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let missing: string[] | undefined;
  let issues: FieldIssue[] | undefined;
  for (const field of compileFields(signature.outputs)) {
    const { name } = field;
    const given = rawOf(name);
    if (given === undefined && !field.optional) {
      (missing ??= []).push(name);
      continue;
    }
    const value = field.coerce(given);
    if (field.plain && typeof value === "string") {
      values[name] = value;
      continue;
    }
    const checked = field.schema.safeParse(value);
    if (!checked.success) {
      const message = checked.error.issues.map(({ message, path }) =>
        path.length > 0 ? `${path.join(".")}: ${message}` : message
      ).join(", ");
      (issues ??= []).push({ field: name, message: `${message}, got ${shown(given)}` });
    } else if (checked.data !== undefined) {
      values[name] = checked.data;
    }
  }
  if (missing === undefined && issues === undefined) return values;
  throw new ParseError({
    adapter,
    raw: reply.text,
    ...missing && { missing },
    ...issues && { issues },
    cut: reply.finish === "length",
  });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
