import type { z } from "zod";
import type { JsonSchema } from "../lm/types.ts";
import { type Coerce, coerceFor, isOptional } from "./_coerce.ts";
import { fieldSchema } from "./_field_schema.ts";
import { isHistory } from "./history.ts";
import { typeText } from "./_type_text.ts";
import type { Fields } from "./signature.ts";

/** A field with all that is derived from its schema. */
export interface Field {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly json: JsonSchema;
  /** Its type as a model is shown it: `str`, `int`, `a|b`, `str[]`, `json`. */
  readonly type: string;
  readonly description: string;
  readonly optional: boolean;
  /** Whether any text is good: such a value needs no check. */
  readonly plain: boolean;
  /** Whether it holds the conversation so far instead of a value to show. */
  readonly history: boolean;
  /** What a model is told about the form of the value; empty for plain text. */
  readonly note: string;
  /** The type as a tail names it: `a valid int`; empty for plain text. */
  readonly form: string;
  readonly coerce: Coerce;
}

const NOTES = new WeakMap<z.ZodType, string>();

/** Has a model told this about the form of the value instead of its JSON schema. */
export function withNote<S extends z.ZodType>(schema: S, note: string): S {
  NOTES.set(schema, note);
  return schema;
}

const COMPILED = new WeakMap<Fields, readonly Field[]>();

/** Derives what is needed of fields, once. */
export function compileFields(fields: Fields): readonly Field[] {
  const known = COMPILED.get(fields);
  if (known !== undefined) return known;
  const compiled = Object.entries(fields).map(([name, schema]) =>
    compileField(name, schema as z.ZodType)
  );
  COMPILED.set(fields, compiled);
  return compiled;
}

function compileField(name: string, schema: z.ZodType): Field {
  const json = fieldSchema(schema);
  const type = typeText(json);
  const plain = schema._zod.def.type === "string" &&
    Object.keys(json).every((key) => key === "type" || key === "description");
  return {
    name,
    schema,
    json,
    type,
    description: schema.description ?? "",
    optional: isOptional(schema),
    plain,
    history: isHistory(schema),
    note: plain ? "" : NOTES.get(schema) ?? noteOf(type, json),
    form: plain ? "" : `a valid ${type}`,
    coerce: coerceFor(schema),
  };
}

/** Keys that a type's own words already say. */
const SAID = new Set(["type", "description", "enum", "const", "default"]);

function noteOf(type: string, json: JsonSchema): string {
  const bounded = Object.keys(json).some((key) => !SAID.has(key));
  const schema = `adhere to the JSON schema: ${JSON.stringify(json)}`;
  if (type === "int" || type === "float") {
    return `be a single ${type} value${bounded ? ` and ${schema}` : ""}`;
  }
  if (type === "bool") return "be True or False";
  if (json["enum"] !== undefined || json["const"] !== undefined) {
    return `be one of: ${[json["enum"] ?? json["const"]].flat().join("; ")}`;
  }
  return schema;
}
