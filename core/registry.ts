import type { Effect, Tool, ToolExample } from "./tool.ts";
import { closest } from "./closest.ts";

/** What is known of a tool without loading it. Generated from the tool files by `tasks/catalog.ts`. */
export interface CatalogEntry {
  /** Snake case: `git_status`. */
  readonly name: string;
  /** Other names. */
  readonly aliases: readonly string[];
  /** The thing acted on: the tool's folder, `search`. */
  readonly group: string;
  /** One line, for people and for the model. */
  readonly summary: string;
  /** What it does to the world at its worst. */
  readonly effect: Effect;
  /** Whether it parses source code: its session may then read the grammars. */
  readonly parses: boolean;
  /** Whether it may ask the model: its session may then reach the model's host. */
  readonly asksModel: boolean;
  /** Keys of the input that are given as words, in order. */
  readonly positional: readonly string[];
  /** Whether all behind the first word belongs to it, also what looks like a flag. Default false. */
  readonly verbatim?: boolean;
  /** Uses, for help and docs. */
  readonly examples: readonly ToolExample[];
  /** JSON Schema of the input (draft 2020-12): flags and the model's tool schema derive from it. */
  readonly schema: JsonSchema;
  /** Whether `schema` says all that the tool's own schema checks. Default false. */
  readonly plain?: boolean;
  /** Programs the tool may start, by command key. */
  readonly commands: Readonly<Record<string, { summary: string; effect: "read" | "execute" }>>;
  /** Loads the tool itself. */
  load(): Promise<Tool>;
}

/** The part of JSON Schema that a tool's flags are made of. */
export interface JsonSchema {
  /** `string`, `number`, `integer`, `boolean`, `array` or `object`. */
  readonly type?: string;
  /** Help text. */
  readonly description?: string;
  /** Value when none is given. */
  readonly default?: unknown;
  /** The values there are. */
  readonly enum?: readonly unknown[];
  /** What an array holds. */
  readonly items?: JsonSchema;
  /** The fields of an object. */
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  /** Those that must be given. */
  readonly required?: readonly string[];
  /** Every other keyword. */
  readonly [keyword: string]: unknown;
}

/** The tools of a session, by name. */
export interface Registry {
  /** All tools, in the order given. */
  readonly entries: readonly CatalogEntry[];
  /** Finds a tool by name or alias; `-` and `_` are the same, case is not. */
  find(name: string): CatalogEntry | undefined;
  /** Up to three names near a mistyped one, best first. */
  suggest(name: string): string[];
}

/**
 * Makes a registry of catalog entries.
 *
 * @param entries the tools; a name or alias given twice is a defect and throws `TypeError`.
 */
export function createRegistry(entries: readonly CatalogEntry[]): Registry {
  const byName = new Map<string, CatalogEntry>();
  for (const entry of entries) {
    for (const name of [entry.name, ...entry.aliases].map(canonical)) {
      if (byName.has(name)) throw new TypeError(`two tools are called "${name}"`);
      byName.set(name, entry);
    }
  }
  return {
    entries,
    find: (name) => byName.get(canonical(name)),
    suggest: (name) => closest(canonical(name), [...byName.keys()]),
  };
}

function canonical(name: string): string {
  return name.replaceAll("-", "_");
}
