import type { CodeGraph, Definition } from "../code/code_graph.ts";
import { resolveImports } from "../code/resolve_imports.ts";
import { definesAt } from "./_defines_at.ts";
import { fileRole } from "./file_role.ts";
import { shownPattern, wholeName } from "./_whole_name.ts";
import { importLines } from "./find_importers.ts";
import type { TaskSubject } from "./task_subject.ts";

/** A line that has the name a task is about. */
export interface Place {
  readonly path: string;
  /** Counts from 1. */
  readonly line: number;
  /** Trimmed, cut at 120 characters. */
  readonly text: string;
}

/** A line that defines the name. */
export interface DefinitionPlace extends Place {
  /** Qualified: `Class.method`. */
  readonly name: string;
}

/** All places of the one name that a task is about. */
export interface Places {
  /** The file, when it is a file that the task names. */
  readonly file?: string;
  /** What a search for it looks for. */
  readonly pattern: string;
  /** Those that are meant. */
  readonly definitions: readonly DefinitionPlace[];
  /** Others that have the same last name. */
  readonly others: readonly DefinitionPlace[];
  /** Uses in code, in tests, and in all else that is text: docs, settings. */
  readonly uses: Readonly<Record<"code" | "tests" | "docs", readonly Place[]>>;
  /** Places of the new name, when the task gives one: it is taken then. */
  readonly taken: readonly Place[];
}

/** What places are looked for in. */
export interface PlaceSources {
  readonly graph: CodeGraph;
  /** Texts by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files that the task names: a definition in one of them is the one that is meant. */
  readonly inFiles?: readonly string[];
}

const SEPARATOR = /\.|::|#/;

/**
 * Finds where a name is defined and where it stands: definitions by the code graph, all else by a
 * search for the whole word. Of a file, the lines that import it and those that have its path; of a
 * name behind another (`Store.load`) only what is behind a dot.
 */
export function findPlaces(subject: TaskSubject, from: PlaceSources): Places {
  const { texts } = from;
  const file = fileNamed(subject.name, texts);
  const plain = subject.name.split(SEPARATOR).at(-1)!;
  const isMember = file === undefined && /[\w$](?:\.|::|#)/.test(subject.name);
  const search = file ? wholePath(file) : wholeName(plain, isMember);
  const defined = file
    ? [{ path: file, line: 1, text: "", name: file }]
    : definitionsOf(plain, search, from);
  const meant = chosen(subject.name, defined, from.inFiles ?? []);
  const hits = [...texts].flatMap(([path, text]) => linesWith(search, path, text));
  const places = distinct(file ? [...hits, ...importsOf(file, texts)] : hits).filter((
    { path, line },
  ) => !defined.some((each) => each.path === path && each.line === line));
  return {
    ...file === undefined ? {} : { file },
    pattern: file ? shownStem(file) : shownPattern(plain, isMember),
    definitions: meant,
    others: defined.filter((each) => !meant.includes(each)),
    uses: {
      code: places.filter(({ path }) => fileRole(path) === "source"),
      tests: places.filter(({ path }) => fileRole(path) === "test"),
      docs: places.filter((place) => isDocs(place.path) && !isProse(plain, place)),
    },
    taken: subject.to === undefined || file ? [] : placesOfNew(subject.to, meant, isMember, from),
  };
}

/** Places of the new name: of a member only a definition beside those that are meant. */
function placesOfNew(
  to: string,
  meant: readonly DefinitionPlace[],
  isMember: boolean,
  { graph, texts }: PlaceSources,
): Place[] {
  const plain = to.split(SEPARATOR).at(-1)!;
  if (!isMember) {
    return [...texts].filter(([path]) => !isDocs(path))
      .flatMap(([path, text]) => linesWith(wholeName(plain), path, text));
  }
  const beside = new Set(meant.map(({ name }) => name.replace(/[^.]+$/, plain)));
  return graph.files.flatMap(({ path, definitions }) =>
    definitions.filter(({ name }) => beside.has(name))
      .map(({ start, name }) => ({ path, line: start, text: name }))
  );
}

/** What an import of a file has of its path, whatever stands before it. */
function shownStem(path: string): string {
  const [folder = "", name = ""] = path.split("/").slice(-2);
  const stem = (name || folder).replace(/\..*$/, "");
  return `[./]${shownPattern(/^(?:index|mod|__init__|lib)$/.test(stem) ? folder : stem).slice(2)}`;
}

function fileNamed(name: string, texts: ReadonlyMap<string, string>): string | undefined {
  if (!/[./]/.test(name)) return undefined;
  const paths = [...texts.keys()].filter((path) => path === name || path.endsWith(`/${name}`));
  return paths.sort((a, b) => a.length - b.length)[0];
}

/** Definitions in code before those in tests; where no language is known, lines that look like one. */
function definitionsOf(plain: string, search: RegExp, { graph, texts }: PlaceSources) {
  const parsed = graph.files.flatMap(({ path, definitions }) =>
    definitions.filter(({ name }) => name === plain || name.endsWith(`.${plain}`))
      .map((definition) => placeOf(path, definition, plain, texts.get(path) ?? ""))
  );
  const found = parsed.length > 0
    ? parsed
    : [...texts].flatMap(([path, text]) =>
      ["source", "test"].includes(fileRole(path))
        ? linesWith(search, path, text)
          .filter(({ text }) => definesAt(text, text.search(search)) === plain)
          .map((place) => ({ ...place, name: plain }))
        : []
    );
  const inCode = found.filter(({ path }) => fileRole(path) === "source");
  return inCode.length > 0 ? inCode : found;
}

/** The line with the name: what stands before it, as `public static`, may be on lines of its own. */
function placeOf(path: string, { name, start, end }: Definition, plain: string, text: string) {
  const lines = text.split("\n").slice(start - 1, Math.min(end, start + 5));
  const at = Math.max(0, lines.findIndex((line) => wholeName(plain).test(line)));
  return { path, name, line: start + at, text: shown(lines[at] ?? "") };
}

function chosen<D extends DefinitionPlace>(
  name: string,
  all: readonly D[],
  files: readonly string[],
): readonly D[] {
  const inFiles = all.filter(({ path }) => files.some((file) => path.endsWith(file)));
  const near = inFiles.length > 0 ? inFiles : all;
  const qualified = name.replace(/::|#/g, ".");
  const exact = near.filter((each) => each.name === qualified);
  if (exact.length > 0) return exact;
  const ending = near.filter((each) => `.${each.name}`.endsWith(`.${qualified}`));
  return ending.length > 0 ? ending : near;
}

function linesWith(search: RegExp, path: string, text: string): Place[] {
  if (!search.test(text)) return [];
  return text.split("\n").flatMap((line, i) =>
    search.test(line) ? [{ path, line: i + 1, text: shown(line) }] : []
  );
}

function importsOf(file: string, texts: ReadonlyMap<string, string>): Place[] {
  const resolve = resolveImports([...texts.keys()]);
  return [...texts].filter(([path]) => ["source", "test"].includes(fileRole(path)))
    .flatMap(([path, text]) =>
      importLines(text).filter(({ names }) => names.some((name) => resolve(path, name) === file))
        .map(({ line, text }) => ({ path, line, text: shown(text) }))
    );
}

function distinct(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [`${place.path}:${place.line}`, place])).values()]
    .sort((a, b) => a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1);
}

function isDocs(path: string): boolean {
  return !["source", "test", "generated"].includes(fileRole(path));
}

/** Whether a plain word, as `pause`, only says what it means in a sentence. */
function isProse(plain: string, { text }: Place): boolean {
  if (!/^[a-z]+$/.test(plain)) return false;
  const code = `[.\`'":@/]${plain}(?![\\w$])|(?<![\\w$])${plain}[(\`'"]|\\bimport\\b`;
  return !new RegExp(code).test(text);
}

function wholePath(path: string): RegExp {
  return new RegExp(`(?<![\\w.-])${RegExp.escape(path)}(?![\\w/-])`);
}

function shown(line: string): string {
  return line.trim().slice(0, 120);
}
