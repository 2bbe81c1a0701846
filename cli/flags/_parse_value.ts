import type { Field } from "./fields_of.ts";

/**
 * Turns one word into a value of a field.
 *
 * @throws {TypeError} with what was expected; the caller knows the flag and the word.
 */
export function parseValue(field: Field, word: string): unknown {
  switch (field.kind) {
    case "number":
    case "integer":
      return parseNumber(word, field.kind);
    case "boolean":
      return parseBoolean(word);
    case "enum":
      if (field.values.includes(word)) return word;
      throw new TypeError(`expected one of ${field.values.join(", ")}`);
    case "json":
      return parseJson(word);
    case "string":
      return word;
  }
}

function parseNumber(word: string, kind: "number" | "integer"): number {
  const value = word.trim() === "" ? NaN : Number(word);
  if (Number.isFinite(value) && (kind === "number" || Number.isInteger(value))) return value;
  throw new TypeError(kind === "number" ? "expected a number" : "expected a whole number");
}

function parseBoolean(word: string): boolean {
  if (/^(1|true|yes|on)$/i.test(word)) return true;
  if (/^(0|false|no|off)$/i.test(word)) return false;
  throw new TypeError("expected true or false");
}

function parseJson(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch (error) {
    throw new TypeError(`expected JSON text: ${(error as SyntaxError).message}`);
  }
}
