import type { JsonSchema } from "./types.ts";

const known = new WeakMap<object, boolean>();

/**
 * Whether a schema meets the terms of OpenAI's strict mode: it is an object, and every object in it
 * requires all of its members and allows no others.
 */
export function isStrictSchema(schema: JsonSchema): boolean {
  let strict = known.get(schema);
  if (strict === undefined) known.set(schema, strict = schema.type === "object" && holds(schema));
  return strict;
}

function holds(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(holds);
  if (typeof value !== "object" || value === null) return true;
  const node = value as Readonly<Record<string, unknown>>;
  const properties = node.properties;
  if (node.type === "object" || properties !== undefined) {
    if (node.additionalProperties !== false) return false;
    const required = new Set(Array.isArray(node.required) ? node.required : []);
    if (!Object.keys(properties ?? {}).every((name) => required.has(name))) return false;
  }
  // Names of members are no keywords: only what stands under them is looked at.
  const parts = Object.entries(node).flatMap(([key, part]) =>
    key === "properties" || key === "$defs" ? Object.values(part as object) : [part]
  );
  return parts.every(holds);
}
