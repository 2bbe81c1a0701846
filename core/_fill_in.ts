import { isRecord } from "./is_record.ts";
import type { JsonSchema } from "./registry.ts";

/** The keywords of a plain schema: see `_is_plain.ts`. */
interface PlainSchema extends JsonSchema {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

/**
 * The value as zod would give it, defaults filled in.
 *
 * @param schema one that says all that is checked.
 * @returns undefined for a value that does not fit, or where only zod knows.
 */
export function fillIn(schema: PlainSchema, value: unknown): unknown {
  switch (schema.type) {
    case "object":
      return fillObject(schema, value);
    case "array":
      return fillList(schema, value);
    case "string":
      return typeof value === "string" && isTextOf(schema, value) ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "integer":
      return Number.isInteger(value) && isWithin(schema, value) ? value : undefined;
    case "number":
      return Number.isFinite(value) && isWithin(schema, value) ? value : undefined;
  }
}

function fillObject({ properties = {}, required = [] }: PlainSchema, value: unknown): unknown {
  // What is inherited would count for zod.
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  if (Object.keys(value).some((key) => !Object.hasOwn(properties, key))) return undefined;
  const filled: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(properties)) {
    if (Object.hasOwn(value, key)) {
      const part = fillIn(field, value[key]);
      if (part === undefined) return undefined;
      filled[key] = part;
    } else if (required.includes(key)) return undefined;
    // Who is given a list may change it.
    else if (field.default !== undefined) filled[key] = structuredClone(field.default);
  }
  return filled;
}

function fillList({ items, minItems = 0, maxItems = Infinity }: PlainSchema, value: unknown) {
  if (!Array.isArray(value) || items === undefined) return undefined;
  if (value.length < minItems || value.length > maxItems) return undefined;
  const filled = value.map((item) => fillIn(items, item));
  return filled.includes(undefined) ? undefined : filled;
}

function isTextOf(schema: PlainSchema, value: string): boolean {
  const { minLength = 0, maxLength = Infinity, pattern, enum: values } = schema;
  // Characters count, not halves of them.
  const length = /[\ud800-\udbff]/.test(value) ? [...value].length : value.length;
  if (length < minLength || length > maxLength) return false;
  if (values !== undefined && !values.includes(value)) return false;
  return pattern === undefined || new RegExp(pattern).test(value);
}

function isWithin({ minimum = -Infinity, maximum = Infinity }: PlainSchema, value: unknown) {
  return Number(value) >= minimum && Number(value) <= maximum;
}
