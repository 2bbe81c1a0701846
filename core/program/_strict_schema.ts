import type { JsonSchema } from "../lm/types.ts";
import { compileFields } from "./_fields.ts";
import type { Fields } from "./signature.ts";

const STRICT = new WeakMap<Fields, { readonly schema: JsonSchema | undefined }>();

/**
 * The schema of an object of all fields as strict servers want it: every key required and no other
 * allowed; what may be left out may be null.
 *
 * @returns undefined when a field holds an object of open keys, which cannot be said so.
 */
export function strictSchema(fields: Fields): JsonSchema | undefined {
  const known = STRICT.get(fields);
  if (known !== undefined) return known.schema;
  const properties = compileFields(fields).map(({ name, json, optional }) =>
    [name, optional ? orNull(strict(json)) : strict(json)] as const
  );
  const schema = properties.every(([, property]) => property !== undefined)
    ? closed(Object.fromEntries(properties))
    : undefined;
  STRICT.set(fields, { schema });
  return schema;
}

function closed(properties: JsonSchema): JsonSchema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

function orNull(schema: JsonSchema | undefined): JsonSchema | undefined {
  if (schema === undefined) return undefined;
  const { default: _, ...rest } = schema;
  return { anyOf: [rest, { type: "null" }] };
}

/** Undefined for a schema with open keys, with references, or without any say. */
function strict(schema: JsonSchema): JsonSchema | undefined {
  if ("$ref" in schema || "$defs" in schema || "allOf" in schema || "oneOf" in schema) {
    return undefined;
  }
  const members = schema["anyOf"];
  if (Array.isArray(members)) {
    const all = members.map(strict);
    return all.includes(undefined) ? undefined : { ...schema, anyOf: all };
  }
  if (schema["type"] === "array") {
    const items = schema["items"];
    if (typeof items !== "object" || items === null) return undefined;
    const item = strict(items as JsonSchema);
    return item === undefined ? undefined : { ...schema, items: item };
  }
  if (schema["type"] === "object") return strictObject(schema);
  return "type" in schema || "enum" in schema || "const" in schema ? schema : undefined;
}

function strictObject(schema: JsonSchema): JsonSchema | undefined {
  const { properties, required = [], additionalProperties = false } = schema as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
    readonly additionalProperties?: unknown;
  };
  if (properties === undefined || additionalProperties !== false) return undefined;
  const made: Record<string, JsonSchema> = {};
  for (const [name, property] of Object.entries(properties)) {
    const inner = strict(property);
    const member = required.includes(name) ? inner : orNull(inner);
    if (member === undefined) return undefined;
    made[name] = member;
  }
  const { description } = schema;
  return { ...closed(made), ...description !== undefined && { description } };
}
