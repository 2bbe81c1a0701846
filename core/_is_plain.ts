/** What is looked at of zod's definition of a schema or of a check. */
interface Definition {
  readonly type?: string;
  readonly coerce?: boolean;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly catchall?: unknown;
  readonly element?: unknown;
  readonly innerType?: unknown;
  readonly defaultValue?: unknown;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly checks?: readonly unknown[];
  readonly check?: string;
  readonly format?: string;
  readonly inclusive?: boolean;
  readonly pattern?: RegExp;
}

/**
 * Whether JSON Schema says all that a zod schema checks: objects, lists, texts, numbers, booleans and
 * enums within limits, with defaults; nothing that is computed, coerced or refined.
 */
export function isPlain(schema: unknown): boolean {
  const def = definitionOf(schema);
  const { type, checks = [], coerce = false } = def;
  if (coerce || !checks.map(definitionOf).every(isPlainCheck)) return false;
  switch (type) {
    case "object":
      return isClosed(def) && Object.values(def.shape ?? {}).every(isPlain);
    case "array":
      return isPlain(def.element);
    case "optional":
      return isPlain(def.innerType);
    case "default":
      return isPlain(def.innerType) && isJson(def.defaultValue);
    case "enum":
      return Object.values(def.entries ?? {}).every((value) => typeof value === "string");
    case "string":
      // Of several expressions none would stand in `pattern`.
      return def.check === undefined && checks.filter(isPattern).length <= 1;
    case "number":
      return def.check === undefined || isPlainCheck(def);
    default:
      return type === "boolean";
  }
}

function isPattern(check: unknown): boolean {
  return definitionOf(check).check === "string_format";
}

function definitionOf(part: unknown): Definition {
  return (part as { readonly _zod?: { readonly def: Definition } })._zod?.def ?? {};
}

/** A limit, a whole number, or an expression without flags, which JSON Schema would lose. */
function isPlainCheck({ check, format, inclusive, pattern }: Definition): boolean {
  if (check === "number_format") return format === "safeint";
  if (check === "string_format") return format === "regex" && pattern?.flags === "";
  if (check === "min_length" || check === "max_length") return true;
  return (check === "greater_than" || check === "less_than") && inclusive === true;
}

/** Whether there are no fields but those of its shape. */
function isClosed({ catchall }: Definition): boolean {
  return catchall === undefined || definitionOf(catchall).type === "never";
}

function isJson(value: unknown): boolean {
  return JSON.stringify(value) !== undefined;
}
