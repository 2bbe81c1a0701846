import type { JsonSchema } from "../../registry.ts";

/**
 * Puts right what models get almost right, where it can mean one thing only: a single text for a list
 * of texts, a number or a boolean as text. Everything else is left for the check to refuse.
 *
 * @param schema of the tool's input.
 */
export function fitInput(schema: JsonSchema, input: unknown): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const { properties = {} } = schema;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      const field = Object.hasOwn(properties, key) ? properties[key] : undefined;
      return [key, field === undefined ? value : fitValue(field, value)];
    }),
  );
}

function fitValue({ type, items }: JsonSchema, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (type === "array" && items?.type === "string") return [value];
  if (type === "integer" && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (type === "number" && /^-?\d{1,15}(\.\d+)?$/.test(value)) return Number(value);
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  return value;
}
