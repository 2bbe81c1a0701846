import { closest } from "../closest.ts";
import { UserError } from "../errors.ts";
import { compileFields } from "./_fields.ts";
import type { Signature } from "./signature.ts";

/**
 * Checks what is given against the input fields and fills in defaults.
 *
 * @throws {UserError} `usage` for what is missing, unknown or of another type.
 */
export function checkInput(signature: Signature, input: unknown): Record<string, unknown> {
  if (typeof input !== "object" || input === null) {
    throw problem(`the input must be an object of fields, not ${String(input)}`, signature);
  }
  const given = input as Readonly<Record<string, unknown>>;
  const checked: Record<string, unknown> = {};
  for (const { name, schema, plain, optional } of compileFields(signature.inputs)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    // A text field takes a list as well: its items are shown one by one.
    if (plain && (typeof value === "string" || Array.isArray(value))) {
      checked[name] = value;
      continue;
    }
    if (value === undefined && !optional) throw problem(`input \`${name}\` is missing`, signature);
    const result = schema.safeParse(value);
    if (!result.success) {
      const [first] = result.error.issues;
      const where = [name, ...first!.path].join(".");
      throw problem(`input \`${where}\`: ${first!.message}`, signature);
    }
    if (result.data !== undefined) checked[name] = result.data;
  }
  for (const name in given) {
    if (Object.hasOwn(given, name) && !Object.hasOwn(signature.inputs, name)) {
      const near = closest(name, Object.keys(signature.inputs), { limit: 1 })[0];
      throw problem(`there is no input \`${name}\``, signature, near);
    }
  }
  return checked;
}

function problem(message: string, { inputs }: Signature, near?: string): UserError {
  const hint = near === undefined
    ? `the inputs are ${Object.keys(inputs).join(", ")}`
    : `did you mean \`${near}\`?`;
  return new UserError("usage", message, { hint });
}
