import type { Schema, Zod } from "./schema.ts";

/** Schemas by what made them. */
const made = new WeakMap<object, unknown>();

/** Makes the schema that a source describes, once; a schema is its own. */
export function makeSchema<S extends Schema<unknown>>(source: S | ((zod: Zod) => S), zod: Zod): S {
  if (typeof source !== "function") return source;
  if (!made.has(source)) made.set(source, source(zod));
  return made.get(source) as S;
}
