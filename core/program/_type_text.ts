import type { JsonSchema } from "../lm/types.ts";

const SIMPLE: Readonly<Record<string, string>> = {
  string: "str",
  integer: "int",
  number: "float",
  boolean: "bool",
  null: "null",
};

/** A schema in the words of a signature; `json` for what has none. */
export function typeText(schema: JsonSchema): string {
  const words = schema["enum"] ?? (schema["const"] === undefined ? undefined : [schema["const"]]);
  if (Array.isArray(words)) return words.join("|");
  const members = schema["anyOf"];
  if (Array.isArray(members)) {
    const types = [...new Set(members.map(typeText))];
    return types.includes("json") ? "json" : types.join("|");
  }
  const items = schema["items"];
  if (schema["type"] === "array" && typeof items === "object" && items !== null) {
    const item = typeText(items as JsonSchema);
    return item.includes("|") ? `(${item})[]` : `${item}[]`;
  }
  return Object.hasOwn(SIMPLE, String(schema["type"])) ? SIMPLE[String(schema["type"])]! : "json";
}
