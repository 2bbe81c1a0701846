import { UserError } from "../../core/errors.ts";
import type { CatalogEntry } from "../../core/registry.ts";
import { clip } from "./_clip.ts";
import { type Field, fieldsOf } from "./fields_of.ts";
import { parseValue } from "./_parse_value.ts";
import { wordFields } from "./parameters_for.ts";

/**
 * Makes a tool's input of what stricli parsed: only the keys that were given, so that defaults
 * stay with the tool. Words fill, in order, the positional fields that no flag has set.
 *
 * @param flags values by flag name.
 * @param words the words that belong to no flag.
 * @param entry the tool.
 * @throws {UserError} `usage` for a missing field, a word too many or a word that does not parse.
 */
export function inputFrom(
  flags: Readonly<Record<string, unknown>>,
  words: readonly string[],
  entry: CatalogEntry,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const field of fieldsOf(entry)) {
    const value = flags[field.flag];
    // A JSON list may come whole or piece by piece.
    if (value !== undefined) input[field.key] = field.repeat ? (value as unknown[]).flat() : value;
  }
  const rest = takeWords(input, words, entry);
  if (rest.length > 0) {
    throw usage(entry, `${entry.name} takes no further word, but got "${clip(rest[0]!)}"`);
  }
  const missing = fieldsOf(entry).filter((field) => field.required && !(field.key in input));
  if (missing.length > 0) {
    const names = missing.map((field) => nameOf(field, entry)).join(" and ");
    throw usage(entry, `${entry.name} needs ${names}`);
  }
  return input;
}

/** Fills the positional fields; returns the words left over. */
function takeWords(
  input: Record<string, unknown>,
  words: readonly string[],
  entry: CatalogEntry,
): readonly string[] {
  let rest = words;
  for (const field of wordFields(entry)) {
    if (field.key in input || rest.length === 0) continue;
    const taken = field.repeat ? rest : rest.slice(0, 1);
    const values = taken.map((word) => parseWord(field, word, entry));
    input[field.key] = field.repeat ? values.flat() : values[0];
    rest = rest.slice(taken.length);
  }
  return rest;
}

function parseWord(field: Field, word: string, entry: CatalogEntry): unknown {
  try {
    return parseValue(field, word);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usage(entry, `"${clip(word)}" does not fit <${field.flag}>, ${error.message}`);
  }
}

function nameOf(field: Field, entry: CatalogEntry): string {
  return entry.positional.includes(field.key) ? `<${field.flag}>` : `--${field.flag}`;
}

function usage(entry: CatalogEntry, message: string): UserError {
  const hint = `see "help ${entry.name.replaceAll("_", "-")}"`;
  return new UserError("usage", message, { hint });
}
