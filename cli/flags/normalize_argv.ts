import type { CatalogEntry } from "../../core/registry.ts";
import { type Field, fieldsOf, findField, kebab } from "./fields_of.ts";

/**
 * Brings the flags of a tool's command line into the one spelling that stricli reads, without
 * touching a value: `--chunk_lines` and `--chunkLines` become `--chunk-lines`, `--no-x` becomes
 * `--x=false`, `--k 5` becomes `-k 5`, `-c3` becomes `-c=3`, `--new=` becomes an empty value.
 * Nothing behind `--` is a flag, nor behind the first word of a tool that takes words verbatim. Flags
 * the tool does not have only get their dashes.
 *
 * @param argv words after the command's name.
 * @param entry the tool.
 */
export function normalizeArgv(argv: readonly string[], entry: CatalogEntry): string[] {
  if (entry.verbatim && argv[0] !== undefined && !argv[0].startsWith("-")) return ["--", ...argv];
  const fields = fieldsOf(entry);
  const out: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") return [...out, ...argv.slice(i)];
    const flag = readFlag(word, fields);
    if (flag === undefined) {
      out.push(word);
      continue;
    }
    const takesNext = flag.field !== undefined && flag.field.kind !== "boolean" &&
      flag.value === undefined && i + 1 < argv.length && isValue(argv[i + 1]!, fields);
    const value = takesNext ? argv[++i] : flag.value;
    out.push(...flag.before, ...writeFlag(flag.name, value));
  }
  return out;
}

interface ReadFlag {
  /** Switches that stood in the same word: the `-i` of `-ig`. */
  readonly before: readonly string[];
  /** With its dashes, in the one spelling. */
  readonly name: string;
  readonly value: string | undefined;
  readonly field: Field | undefined;
}

function readFlag(word: string, fields: readonly Field[]): ReadFlag | undefined {
  const long = /^--([a-zA-Z][\w.-]*)(?:=([^]*))?$/.exec(word);
  if (long !== null) return readLong(long[1]!, long[2], fields);
  const short = /^-([a-zA-Z])([^]*)$/.exec(word);
  return short === null ? undefined : readShort(short[1]!, short[2]!, fields);
}

function readLong(name: string, value: string | undefined, fields: readonly Field[]): ReadFlag {
  const field = findField(fields, name);
  if (field !== undefined) return { before: [], name: dashed(field, name), value, field };
  const flag = kebab(name);
  const negated = flag.startsWith("no-") ? findField(fields, flag.slice(3)) : undefined;
  if (negated?.kind === "boolean" && value === undefined) {
    return { before: [], name: dashed(negated), value: "false", field: negated };
  }
  return { before: [], name: `--${flag}`, value, field: undefined };
}

/** Stricli knows no long flag of one letter, so such a name is written as the alias. */
function dashed(field: Field, name = field.flag): string {
  if (name.length === 1 && field.short === name) return `-${name}`;
  return field.flag.length === 1 ? `-${field.flag}` : `--${field.flag}`;
}

function readShort(letter: string, rest: string, fields: readonly Field[]): ReadFlag | undefined {
  const field = fields.find((field) => field.short === letter);
  if (field === undefined) return undefined;
  const name = `-${letter}`;
  if (rest === "") return { before: [], name, value: undefined, field };
  if (rest.startsWith("=")) return { before: [], name, value: rest.slice(1), field };
  if (field.kind !== "boolean") return { before: [], name, value: rest, field };
  const next = /^[a-zA-Z]/.test(rest) ? readShort(rest[0]!, rest.slice(1), fields) : undefined;
  return next === undefined ? undefined : { ...next, before: [name, ...next.before] };
}

/** Whether the word behind a flag is its value, rather than a flag, known or misspelt. */
function isValue(word: string, fields: readonly Field[]): boolean {
  if (word === "--") return false;
  if (/^--[a-zA-Z][\w.-]*(=[^]*)?$/.test(word)) return false;
  return !/^-[a-zA-Z]/.test(word) || readShort(word[1]!, word.slice(2), fields) === undefined;
}

function writeFlag(name: string, value: string | undefined): string[] {
  if (value === undefined) return [name];
  // Stricli's `=` takes neither an empty value nor one with line breaks; in a word of its own such
  // a value cannot be mistaken for a flag.
  return value === "" || /[\r\n\u2028\u2029]/.test(value) ? [name, value] : [`${name}=${value}`];
}
