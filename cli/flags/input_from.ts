import { UserError } from "../../core/errors.ts";
import type { CatalogEntry } from "../../core/registry.ts";
import { clip } from "./_clip.ts";
import { type Field, fieldsOf } from "./fields_of.ts";
import { parseValue } from "./_parse_value.ts";
import { wordFields } from "./parameters_for.ts";
import { shownName } from "./shown_name.ts";

/**
 * Makes a tool's input of what stricli parsed: only the keys that were given, so that defaults
 * stay with the tool. Words fill, in order, the positional fields that no flag has set.
 *
 * @param flags values by flag name.
 * @param words the words that belong to no flag.
 * @param entry the tool.
 * @param options name of the program, for the hint of errors; none in the REPL.
 * @throws {UserError} `usage` for a missing field, a word too many or a word that does not parse.
 */
export function inputFrom(
  flags: Readonly<Record<string, unknown>>,
  words: readonly string[],
  entry: CatalogEntry,
  { program }: { readonly program?: string } = {},
): Record<string, unknown> {
  const verb = shownName(entry.name);
  const hint = `see "${program === undefined ? "" : `${program} `}help ${verb}"`;
  const input: Record<string, unknown> = {};
  for (const field of fieldsOf(entry)) {
    const value = flags[field.flag];
    // A JSON list may come whole or piece by piece.
    if (value !== undefined) input[field.key] = field.repeat ? (value as unknown[]).flat() : value;
  }
  const rest = takeWords(input, words, entry, hint);
  if (rest.length > 0) {
    throw new UserError("usage", `${verb} takes no further word, but got "${clip(rest[0]!)}"`, {
      hint,
    });
  }
  const missing = fieldsOf(entry).filter((field) => field.required && !(field.key in input));
  if (missing.length > 0) {
    const names = missing.map((field) => nameOf(field, entry)).join(" and ");
    throw new UserError("usage", `${verb} needs ${names}`, { hint });
  }
  return input;
}

/** Fills the positional fields; returns the words left over. */
function takeWords(
  input: Record<string, unknown>,
  words: readonly string[],
  entry: CatalogEntry,
  hint: string,
): readonly string[] {
  let rest = words;
  for (const field of wordFields(entry)) {
    if (field.key in input || rest.length === 0) continue;
    const taken = field.repeat ? rest : rest.slice(0, 1);
    const values = taken.map((word) => parseWord(field, word, hint));
    input[field.key] = field.repeat ? values.flat() : values[0];
    rest = rest.slice(taken.length);
  }
  return rest;
}

function parseWord(field: Field, word: string, hint: string): unknown {
  try {
    return parseValue(field, word);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError("usage", `"${clip(word)}" does not fit <${field.flag}>, ${error.message}`, {
      hint,
    });
  }
}

function nameOf(field: Field, entry: CatalogEntry): string {
  return entry.positional.includes(field.key) ? `<${field.flag}>` : `--${field.flag}`;
}
