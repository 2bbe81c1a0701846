import type { CatalogEntry, JsonSchema } from "../../core/registry.ts";

/** What one word on the command line turns into. */
export type FieldKind = "boolean" | "number" | "integer" | "string" | "enum" | "json";

/** A key of a tool's input, seen from the command line. */
export interface Field {
  /** Key in the input. */
  readonly key: string;
  /** Name of the flag without dashes, in kebab case. */
  readonly flag: string;
  readonly kind: FieldKind;
  /** Whether it may be given several times. */
  readonly repeat: boolean;
  /** The allowed values of kind `"enum"`. */
  readonly values: readonly string[];
  readonly required: boolean;
  readonly default: unknown;
  /** One-letter alias. */
  readonly short: string | undefined;
  readonly summary: string;
}

type Shape = Pick<Field, "kind" | "repeat" | "values">;

const known = new WeakMap<CatalogEntry, readonly Field[]>();

/**
 * The fields of a tool's input.
 *
 * @param entry the tool; two keys that make the same flag are a defect and throw `TypeError`.
 */
export function fieldsOf(entry: CatalogEntry): readonly Field[] {
  const cached = known.get(entry);
  if (cached !== undefined) return cached;
  const fields = Object.entries(entry.schema.properties ?? {})
    .map(([key, schema]) => fieldOf(key, schema, entry.schema.required ?? []));
  const flags = new Set(fields.map((field) => field.flag));
  if (flags.size < fields.length) throw new TypeError(`two fields of ${entry.name} make one flag`);
  known.set(entry, fields);
  return fields;
}

/** `chunk_lines` and `chunkLines` as `chunk-lines`; single letters stay as they are. */
export function kebab(name: string): string {
  if (name.length === 1) return name;
  return name.replaceAll("_", "-").replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
}

/** The field that is meant by a flag's name, however it is spelled, or by its one letter. */
export function findField(fields: readonly Field[], name: string): Field | undefined {
  const flag = kebab(name);
  return fields.find((field) => field.flag === flag) ??
    (name.length === 1 ? fields.find((field) => field.short === name) : undefined);
}

function fieldOf(key: string, schema: JsonSchema, required: readonly string[]): Field {
  const flag = kebab(key);
  const short = typeof schema.short === "string" ? schema.short : undefined;
  return {
    key,
    flag,
    ...shapeOf(schema),
    required: required.includes(key) && schema.default === undefined,
    default: schema.default,
    // Stricli knows no long flags of one letter: such a field is its own alias.
    short: short ?? (/^[a-zA-Z]$/.test(flag) ? flag : undefined),
    summary: schema.description ?? "",
  };
}

function shapeOf(schema: JsonSchema): Shape {
  const variants = variantsOf(schema);
  if (variants !== undefined) return shapeOfUnion(variants);
  if (schema.type === "array") {
    const { kind, values, repeat } = shapeOf(schema.items ?? {});
    return repeat ? one("json", true) : { kind, values, repeat: true };
  }
  const values = schema.enum ?? ("const" in schema ? [schema.const] : undefined);
  if (values?.every((value) => typeof value === "string")) {
    return { kind: "enum", values: values as string[], repeat: false };
  }
  switch (schema.type) {
    case "boolean":
    case "number":
    case "integer":
    case "string":
      return one(schema.type);
    default:
      return one("json");
  }
}

/** The members of a union other than null; undefined when the schema is none. */
function variantsOf(schema: JsonSchema): JsonSchema[] | undefined {
  const union = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(union)) {
    return (union as JsonSchema[]).filter((variant) => variant.type !== "null");
  }
  if (!Array.isArray(schema.type)) return undefined;
  const types = (schema.type as string[]).filter((type) => type !== "null");
  return types.map((type) => ({ ...schema, type }));
}

function shapeOfUnion(variants: readonly JsonSchema[]): Shape {
  const shapes = variants.map(shapeOf);
  const [first] = shapes;
  if (first === undefined) return one("json");
  if (shapes.length === 1) return first;
  if (shapes.every((shape) => shape.kind === "enum" && !shape.repeat)) {
    return { kind: "enum", values: shapes.flatMap((shape) => shape.values), repeat: false };
  }
  const scalar = shapes.every((shape) => shape.kind !== "json" && !shape.repeat);
  return one(scalar && shapes.some((shape) => shape.kind === "string") ? "string" : "json");
}

function one(kind: FieldKind, repeat = false): Shape {
  return { kind, repeat, values: [] };
}
