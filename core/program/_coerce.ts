import type { z } from "zod";
import { tolerantJson } from "./tolerant_json.ts";

/**
 * Brings a value nearer to what a schema takes: numbers, booleans and lists out of text, words out
 * of quotes. Never throws and never checks: what it cannot place it leaves as it is.
 */
export type Coerce = (value: unknown) => unknown;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const NOTHING = /^(?:null|none)?$/i;
const NO_TEXT = /^(?:null|None)$/;

/** The schema types that this file looks into; the rest is taken as it comes. */
// deno-lint-ignore no-explicit-any -- zod's definitions have no common type
type Definition = any;

/** Makes what coerces for a schema. */
export function coerceFor(schema: z.ZodType): Coerce {
  const def: Definition = schema._zod.def;
  switch (def.type) {
    case "string":
      return toText;
    case "number":
      return toNumber;
    case "boolean":
      return toBoolean;
    case "enum":
      return toWord(Object.values(def.entries));
    case "literal":
      return toWord(def.values);
    case "array":
      return toList(coerceFor(def.element));
    case "tuple":
      return toTuple(def.items.map(coerceFor));
    case "object":
      return toObject(def.shape);
    case "record":
      return toRecord(coerceFor(def.valueType));
    case "union":
      return toUnion(def.options);
    case "lazy":
      return later(() => coerceFor(def.getter()));
    case "pipe":
      return coerceFor(def.in);
    case "nullable":
      return orNothing(coerceFor(def.innerType), null);
    case "optional":
    case "default":
    case "prefault":
      return orNothing(coerceFor(def.innerType), undefined);
    case "readonly":
    case "nonoptional":
    case "catch":
      return coerceFor(def.innerType);
    default:
      return fromText;
  }
}

/** Whether a field may be left out. */
export function isOptional(schema: z.ZodType): boolean {
  return schema._zod.optin !== undefined;
}

function toText(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function toNumber(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = bare(value);
  return NUMBER.test(text) ? Number(text) : value;
}

function toBoolean(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = bare(value).toLowerCase();
  return text === "true" ? true : text === "false" ? false : value;
}

function toWord(words: readonly unknown[]): Coerce {
  const exact = new Set(words);
  const byText = new Map(words.map((word) => [String(word), word]));
  const folded = new Map<string, unknown[]>();
  for (const word of words) {
    const key = String(word).toLowerCase();
    folded.set(key, [...folded.get(key) ?? [], word]);
  }
  return (value) => {
    if (exact.has(value) || value === null || typeof value === "object") return value;
    const text = bare(String(value));
    if (byText.has(text)) return byText.get(text);
    const near = folded.get(text.toLowerCase());
    return near?.length === 1 ? near[0] : value;
  };
}

function toList(item: Coerce): Coerce {
  return (value) => {
    const list = fromText(value);
    return Array.isArray(list) ? list.map(item) : value;
  };
}

function toTuple(items: readonly Coerce[]): Coerce {
  return (value) => {
    const list = fromText(value);
    return Array.isArray(list) ? list.map((item, i) => items[i]?.(item) ?? item) : value;
  };
}

function toObject(shape: Readonly<Record<string, z.ZodType>>): Coerce {
  const fields = once(() =>
    new Map(Object.entries(shape).map(([name, field]) => [name, coerceFor(field)]))
  );
  return (value) => {
    const object = fromText(value);
    if (!isObject(object)) return value;
    return Object.fromEntries(
      Object.entries(object)
        .map(([name, item]) => [name, fields().get(name)?.(item) ?? item] as const)
        // A model that must name every key says null for what it has nothing for.
        .filter(([name, item]) =>
          item !== null || !Object.hasOwn(shape, name) || !isOptional(shape[name]!) ||
          shape[name]!.safeParse(null).success
        ),
    );
  };
}

function toRecord(item: Coerce): Coerce {
  return (value) => {
    const object = fromText(value);
    if (!isObject(object)) return value;
    return Object.fromEntries(Object.entries(object).map(([name, held]) => [name, item(held)]));
  };
}

/** The first option that takes the value, text last: it would take anything. */
function toUnion(options: readonly z.ZodType[]): Coerce {
  const text = options.filter((option) => option._zod.def.type === "string");
  const tried = [...options.filter((option) => !text.includes(option)), ...text];
  const coerces = once(() => tried.map(coerceFor));
  return (value) => {
    if (options.some((option) => typeof value !== "string" && option.safeParse(value).success)) {
      return value;
    }
    for (const [i, coerce] of coerces().entries()) {
      const coerced = coerce(value);
      if (tried[i]!.safeParse(coerced).success) return coerced;
    }
    return fromText(value);
  };
}

function orNothing(coerce: Coerce, nothing: null | undefined): Coerce {
  return (value) => {
    if (value === undefined || value === null) return nothing;
    if (typeof value !== "string") return coerce(value);
    const text = value.trim();
    if (coerce !== toText) return NOTHING.test(text) ? nothing : coerce(value);
    // Where text is meant, "none" may be the text; but a section left blank was left out.
    return NO_TEXT.test(text) || (text === "" && nothing === undefined) ? nothing : value;
  };
}

/** The JSON in a text; the text itself when there is none. */
function fromText(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return tolerantJson(value).value;
  } catch {
    return value;
  }
}

function bare(text: string): string {
  const trimmed = text.trim();
  const first = trimmed[0];
  const quoted = first === '"' || first === "'" || first === "`";
  return quoted && trimmed.length > 1 && trimmed.endsWith(first)
    ? trimmed.slice(1, -1).trim()
    : trimmed;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Schemas may contain themselves: what is inside is looked at when it is needed. */
function later(make: () => Coerce): Coerce {
  const made = once(make);
  return (value) => made()(value);
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}
