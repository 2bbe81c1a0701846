import type { CatalogEntry, Registry } from "../../core/registry.ts";
import { type Field, fieldsOf, findField } from "../flags/fields_of.ts";
import { wordFields } from "../flags/parameters_for.ts";
import { shownName } from "../flags/shown_name.ts";
import type { Builtin } from "./complete.ts";

/** Where words come from. */
export interface WordSources {
  readonly registry: Registry;
  readonly builtins: readonly Builtin[];
  /** Flags of every command, with their dashes. */
  readonly globalFlags: readonly string[];
}

/** What may stand at a place. */
export interface Candidates {
  /** Whole words that begin with what was typed, in order. */
  readonly values: readonly string[];
  /** The path typed so far, where a path may stand. */
  readonly path: string | undefined;
  /** What stands before the path in the same word: `--file=`. */
  readonly head: string;
}

/** Fields whose values are paths, by their keys. */
const PATH_KEY = /path|file|dir|folder|root|^out$|^new$/i;

/**
 * The words that may come next.
 *
 * @param before the words of the command so far.
 * @param current what was typed of the next.
 */
export function candidatesFor(
  before: readonly string[],
  current: string,
  { registry, builtins, globalFlags }: WordSources,
): Candidates {
  const [verb] = before;
  if (verb === undefined) return some(verbs(registry, builtins), current);
  const entry = registry.find(verb);
  if (entry === undefined) {
    return behindBuiltin(builtins.find((one) => same(one.name, verb)), before.slice(1), current);
  }
  const fields = fieldsOf(entry);
  const flagsEnded = before.includes("--") ||
    (entry.verbatim === true && before.length > 1 && !before[1]!.startsWith("-"));
  const assigned = flagsEnded ? null : /^--([\w-]+)=([^]*)$/.exec(current);
  if (assigned !== null) {
    return valuesOf(findField(fields, assigned[1]!), assigned[2]!, `--${assigned[1]}=`);
  }
  if (!flagsEnded && current.startsWith("-")) {
    return some([...flagNames(fields, before), ...globalFlags], current);
  }
  const flag = flagsEnded ? undefined : flagAwaitingValue(fields, before.at(-1)!);
  return valuesOf(flag ?? nextWordField(entry, before.slice(1)), current, "");
}

function behindBuiltin(
  builtin: Builtin | undefined,
  [value, ...rest]: readonly string[],
  current: string,
): Candidates {
  if (value === undefined) return some(builtin?.values ?? [], current);
  const more = builtin?.more?.[value];
  if (more === undefined) return some([], current);
  const given = rest.map((word) => word.replace(/=[^]*$/, "").replaceAll("_", "-"));
  const flags = current.startsWith("-") || !more.some((word) => word.startsWith("--"));
  const values = flags ? more.filter((word) => !given.includes(word)) : [];
  return { ...some(values, current), path: current.startsWith("-") ? undefined : current };
}

/** The words that may come next in a line that begins with a slash. */
export function slashCandidates(
  [name, ...more]: readonly string[],
  current: string,
  commands: readonly Builtin[],
): Candidates {
  if (name === undefined) return some(commands.map((command) => command.name), current);
  const values = commands.find((command) => command.name === name)?.values ?? [];
  return some(more.length === 0 ? values : [], current);
}

function verbs(registry: Registry, builtins: readonly Builtin[]): string[] {
  const names = registry.entries.map(({ name }) => shownName(name));
  return [...new Set([...builtins.map((builtin) => builtin.name), ...names])].sort();
}

function some(values: readonly string[], current: string): Candidates {
  const start = current.startsWith("--") ? `--${current.slice(2).replaceAll("_", "-")}` : current;
  return {
    values: values.filter((value) => value.startsWith(start)),
    path: undefined,
    head: "",
  };
}

function valuesOf(field: Field | undefined, current: string, head: string): Candidates {
  const values = (field?.values ?? []).filter((value) => value.startsWith(current));
  const isPath = field !== undefined && field.kind === "string" &&
    (PATH_KEY.test(field.key) || current !== "");
  return {
    values: values.map((value) => head + value),
    path: isPath ? current : undefined,
    head,
  };
}

/** Flags that can still be given; the negated form where on is the default. */
function flagNames(fields: readonly Field[], before: readonly string[]): string[] {
  const given = before.filter((word) => word.startsWith("-"))
    .map((word) => findField(fields, word.replace(/^-+(no-)?|=[^]*$/g, "")));
  return fields.filter((field) => field.repeat || !given.includes(field)).map((field) =>
    field.kind === "boolean" && field.default === true ? `--no-${field.flag}` : `--${field.flag}`
  );
}

function flagAwaitingValue(fields: readonly Field[], word: string): Field | undefined {
  const name = /^--?([a-zA-Z][\w-]*)$/.exec(word)?.[1];
  const field = name === undefined ? undefined : findField(fields, name);
  return field === undefined || field.kind === "boolean" ? undefined : field;
}

/** The positional field that the next word is for. */
function nextWordField(entry: CatalogEntry, before: readonly string[]): Field | undefined {
  const fields = fieldsOf(entry);
  const words = before.filter((word, i) =>
    !word.startsWith("-") && (i === 0 || flagAwaitingValue(fields, before[i - 1]!) === undefined)
  );
  const places = wordFields(entry);
  const last = places.at(-1);
  return places[words.length] ?? (last?.repeat ? last : undefined);
}

function same(a: string, b: string): boolean {
  return a.replaceAll("_", "-") === b.replaceAll("_", "-");
}
