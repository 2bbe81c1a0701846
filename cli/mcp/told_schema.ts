import type { JsonSchema } from "../../core/registry.ts";
import { isRecord } from "../../core/is_record.ts";

/** Deeper levels are told as values of any kind. */
const MAX_DEPTH = 12;

/**
 * The part of a foreign JSON Schema that a model is told of, in the form that tools of ours have:
 * what it cannot say is left open, and the server checks it. Of alternatives the first that is not
 * `null` counts, which is how optional fields are mostly written.
 */
export function toldSchema(schema: unknown): JsonSchema {
  const told = field(schema, 0);
  return { ...told, type: "object", properties: told.properties ?? {} };
}

function field(value: unknown, depth: number): JsonSchema {
  if (!isRecord(value) || depth > MAX_DEPTH) return {};
  const chosen = alternative(value);
  if (chosen !== undefined) {
    return { ...described(value), ...field(chosen, depth + 1) };
  }
  const type = [value.type].flat().find((type) => typeof type === "string" && type !== "null");
  return {
    ...described(value),
    ...typeof type === "string" && { type },
    ...Array.isArray(value.enum) && { enum: value.enum },
    ...isRecord(value.items) && { items: field(value.items, depth + 1) },
    ...isRecord(value.properties) && {
      properties: Object.fromEntries(
        Object.entries(value.properties).map(([key, item]) => [key, field(item, depth + 1)]),
      ),
    },
    ...Array.isArray(value.required) && {
      required: value.required.filter((key) => typeof key === "string"),
    },
  };
}

function described({ description }: Record<string, unknown>): JsonSchema {
  return typeof description === "string" ? { description } : {};
}

function alternative({ anyOf, oneOf }: Record<string, unknown>): unknown {
  const all = [anyOf, oneOf].find(Array.isArray);
  return all?.find((item) => isRecord(item) && item.type !== "null");
}
