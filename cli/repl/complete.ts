import type { Registry } from "../../core/registry.ts";
import { candidatesFor, slashCandidates, type WordSources } from "./candidates_for.ts";
import { scanWords } from "./_scan_words.ts";
import { quoteWord } from "./split_line.ts";

/** Something the Tab key can put in. */
export interface Candidate {
  /** What is put in, quoted where needed. */
  readonly value: string;
  /** What is shown in a list. */
  readonly label: string;
  /** Whether more belongs to the word: no blank is put behind a folder or `--flag=`. */
  readonly open: boolean;
}

/** What fits at a place in a line. */
export interface Completion {
  /** Where the word to replace begins, as UTF-16 offset; it ends at the cursor. */
  readonly from: number;
  readonly candidates: readonly Candidate[];
}

/** Proposes how a line can go on at its cursor, a UTF-16 offset. */
export type Completer = (line: string, cursor: number) => Completion | Promise<Completion>;

/** A verb of the REPL that is no tool. */
export interface Builtin {
  readonly name: string;
  /** What its first word can be. Default: anything. */
  readonly values?: readonly string[];
  /** What may stand behind each of them: a word, or flags. Default: paths. */
  readonly more?: Readonly<Record<string, readonly string[]>>;
}

/** Options of {@linkcode createCompleter}. */
export interface CompleterOptions {
  readonly registry: Registry;
  readonly builtins?: readonly Builtin[];
  /** What a line that begins with a slash can be. Default nothing. */
  readonly slash?: () => Promise<readonly Builtin[]>;
  /** Names in a folder of the workspace, for paths; throws or gives none for what is no folder. */
  readonly listDir?: (path: string) => Promise<readonly { name: string; folder: boolean }[]>;
}

/**
 * Completes verbs, flags, the values of flags and words, and paths, in the last command of a line.
 */
export function createCompleter(options: CompleterOptions): Completer {
  const { registry, builtins = [], slash, listDir } = options;
  const sources: WordSources = { registry, builtins, globalFlags: [] };
  return async (line, cursor) => {
    const all = scanWords(line.slice(0, cursor));
    const words = all.slice(all.findLastIndex((word) => word.kind === "and") + 1);
    const last = words.at(-1);
    const current = last !== undefined && (last.end === cursor || last.open) ? last : undefined;
    const before = (current === undefined ? words : words.slice(0, -1)).map((word) => word.text);
    const isSlash = /^\s*\//.test(line);
    const { values, path, head } = isSlash
      ? slashCandidates(before, current?.text ?? "", await slash?.() ?? [])
      : candidatesFor(before, current?.text ?? "", sources);
    const found = values.map((value) => ({ value, open: value.endsWith("=") }));
    if (path !== undefined && listDir !== undefined) {
      for (const { value, folder } of await paths(path, listDir)) {
        found.push({ value: head + value, open: folder });
      }
    }
    const quote = current?.open === "\\" ? undefined : current?.open;
    const mustQuote = quote ??
      (found.some(({ value }) => quoteWord(value) !== value) ? '"' : undefined);
    return {
      from: current?.start ?? cursor,
      candidates: found.map(({ value, open }) => ({
        value: open ? withoutEnd(quoteWord(value, mustQuote)) : quoteWord(value, mustQuote),
        label: value.slice(value.lastIndexOf("/", value.length - 2) + 1),
        open,
      })),
    };
  };

  /** Leaves the quote of an unfinished word open. */
  function withoutEnd(word: string): string {
    return /^["']/.test(word) ? word.slice(0, -1) : word;
  }
}

async function paths(
  typed: string,
  listDir: NonNullable<CompleterOptions["listDir"]>,
): Promise<{ value: string; folder: boolean }[]> {
  const slash = typed.lastIndexOf("/") + 1;
  const folder = typed.slice(0, slash);
  const start = typed.slice(slash);
  const entries = await listDir(folder === "" ? "." : folder).catch(() => []);
  return entries
    .filter(({ name }) => name.startsWith(start) && (start !== "" || !name.startsWith(".")))
    .map(({ name, folder: inner }) => ({
      value: `${folder}${name}${inner ? "/" : ""}`,
      folder: inner,
    }));
}
