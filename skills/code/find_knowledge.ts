import { posix } from "node:path";
import { fileRole, isBenchmark } from "../plan/file_role.ts";
import type { CodeGraph, Definition, GraphEdge, GraphFile } from "./code_graph.ts";

/** A definition that answers a question, with its users. */
export interface KnownDefinition extends Definition {
  /** The file it stands in. */
  readonly path: string;
  /** `path:lines caller` of each function that calls it; empty when none is known, or the name is not unique. */
  readonly callers: readonly string[];
}

/** A file that answers a question, with its users. */
export interface KnownPath extends Omit<GraphFile, "definitions"> {
  /** Files that import it. */
  readonly importers: readonly string[];
  /** What it defines at top level. */
  readonly defines: readonly Definition[];
}

/** A module from outside the workspace, with its users. */
export interface KnownModule {
  /** As it is imported. */
  readonly name: string;
  /** Files that import it. */
  readonly importers: readonly string[];
}

/** What a graph knows about a question. */
export interface Knowledge {
  /** Best first, at most 20. */
  readonly definitions: readonly KnownDefinition[];
  /** Best first, at most 8. */
  readonly files: readonly KnownPath[];
  /** Those that the question names. */
  readonly modules: readonly KnownModule[];
}

const MAX_DEFINITIONS = 20;
/** Names that only have the phrase in them. */
const MAX_SPELLED = 8;
/** Words that one name may be made of. */
const MAX_PHRASE = 4;
const MAX_FILES = 8;

const CLASS_KINDS = new Set(["class", "interface", "struct", "enum", "trait", "type", "impl"]);

/** Options of {@linkcode findKnowledge}. */
export interface FindKnowledgeOptions {
  /** Whether several plain words are one description: none of them is a name alone. Default false. */
  readonly phrase?: boolean;
}

/** Words of questions that name nothing. */
const FILLER = new Set(
  ("a an and are by call called calls class code define defined defines definition do does file " +
    "files find for from function how import imported imports in is it me method module of on or " +
    "show tell that the these this to type use used uses using what when where which who why")
    .split(" "),
);

/**
 * Looks a question up in a code graph: definitions by name, `CamelCase` words also as parts of
 * class names and `snake_case` words as parts of function names; all words together as one name in any
 * spelling: `progress bar` is `ProgressBar` and `progress_bar`; files by the first three
 * words in their path; modules by name. Exact names come first, sources before tests.
 *
 * @param question words, names or a path; `Class.method` and `Class::method` both work.
 */
export function findKnowledge(
  graph: CodeGraph,
  question: string,
  { phrase = false }: FindKnowledgeOptions = {},
): Knowledge {
  const words = questionWords(question);
  const all = graph.files.flatMap(({ path, definitions }) =>
    definitions.map((definition) => ({ ...definition, path }))
  );
  const named = phrase && words.length > 1
    ? words.filter((word) => !/^\p{Ll}+$/u.test(word))
    : words;
  const found = named.map((word) => exact(all, word));
  const definitions = unique([
    ...spelled(all, words),
    ...found.flat(),
    ...named.flatMap((word, i) => found[i]!.length > 0 ? [] : partial(all, word)),
  ]).slice(0, MAX_DEFINITIONS);
  const modules = modulesFor(graph, words);
  return {
    definitions: definitions.map((each) => ({ ...each, callers: callersOf(graph, each) })),
    files: filesFor(graph, words.slice(0, 3), definitions.length > 0 || modules.length > 0)
      .map((file) => knownPath(graph, file)),
    modules,
  };
}

/** The words of a question that can name something, else all; `A::b` and `A#b` as `A.b`. */
export function questionWords(question: string): string[] {
  const words = (question.match(/[\p{L}\p{N}_$@#./:-]+/gu) ?? [])
    .map((word) => word.replace(/^[.:#/-]+(?=\w)|[.:?#/-]+$/g, "").replace(/::|#/g, "."));
  const names = words.filter((word) => word.length > 1 && !FILLER.has(word.toLowerCase()));
  return names.length > 0 ? names : words;
}

type Located = Definition & { readonly path: string };

function exact(all: readonly Located[], word: string): Located[] {
  const same = (a: string, b: string) => a === b || a.endsWith(`.${b}`);
  const asWritten = all.filter(({ name }) => same(name, word));
  if (asWritten.length > 0) return weakLast(asWritten);
  const lower = word.toLowerCase();
  return weakLast(all.filter(({ name }) => same(name.toLowerCase(), lower)));
}

/**
 * What a phrase is called: `progress bar` is `ProgressBar` and `progress_bar`, and "args parsed" is
 * `parse_args`. Names made of just these words come first.
 */
function spelled(all: readonly Located[], words: readonly string[]): Located[] {
  const wanted = words.map((word) => stem(word.toLowerCase()));
  if (wanted.length < 2 || wanted.length > MAX_PHRASE) return [];
  const joined = words.join("").toLowerCase();
  return all
    .filter(({ kind }) => kind !== "constant")
    .map((each) => ({ each, name: plainName(each.name), parts: partsOf(plainName(each.name)) }))
    .filter(({ name, parts }) =>
      name.toLowerCase().replaceAll("_", "") === joined ||
      wanted.every((word) => parts.includes(word))
    )
    .sort((a, b) =>
      inTests(a.each) - inTests(b.each) || a.parts.length - b.parts.length ||
      Number(CLASS_KINDS.has(b.each.kind)) - Number(CLASS_KINDS.has(a.each.kind))
    )
    .slice(0, MAX_SPELLED).map(({ each }) => each);
}

/** The words in a name, without their endings: `parse` and `arg` of `parseArgs`. */
function partsOf(name: string): string[] {
  return name.replace(/([\p{Ll}\p{N}])(\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, "$1$3 $2").toLowerCase()
    .split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "").map(stem);
}

function stem(word: string): string {
  return word.length < 4 ? word : word.replace(/(?<=\w{3})(?:ing|ers?|ed|es|e|s)$/, "");
}

function inTests({ path }: Located): number {
  return fileRole(path) === "source" && !isBenchmark(path) ? 0 : 1;
}

/** `CamelCase` inside names of classes, `snake_case` and `camelCase` inside those of functions. */
function partial(all: readonly Located[], word: string): Located[] {
  if (word.length < 3 || !/^\w+$/.test(word)) return [];
  const wantsClass = /^[A-Z]\w*[a-z]/.test(word);
  const wantsFunction = /_|^[a-z]+[A-Z]/.test(word);
  if (!wantsClass && !wantsFunction) return [];
  return all.filter(({ name, kind }) =>
    CLASS_KINDS.has(kind) === wantsClass && kind !== "constant" && plainName(name).includes(word)
  );
}

function weakLast(found: readonly Located[]): Located[] {
  const weak = ({ kind }: Located) => ["impl", "signature", "constant"].indexOf(kind);
  return found.toSorted((a, b) => weak(a) - weak(b) || inTests(a) - inTests(b));
}

/** Each place once; signatures of an overloaded function go with its body. */
function unique(found: readonly Located[]): Located[] {
  const key = ({ path, name }: Located) => `${path}#${name}`;
  const bodies = new Set(found.filter(({ kind }) => kind !== "signature").map(key));
  const wanted = found.filter((each) => each.kind !== "signature" || !bodies.has(key(each)));
  return [...new Map(wanted.map((each) => [`${key(each)}:${each.start}`, each])).values()];
}

function callersOf(graph: CodeGraph, { path, name }: Located): string[] {
  const target = `${path}#${name}`;
  return graph.edges
    .filter((edge) => edge.kind === "call" && edge.target === target && edge.caller !== name)
    .map(({ source, line, lines = [], caller }) =>
      `${source}:${[line, ...lines].join(",")}${caller ? ` ${caller}` : ""}`
    );
}

/** @param only whether a path must be named, not only have a word of it. */
function filesFor({ files }: CodeGraph, words: readonly string[], only: boolean): GraphFile[] {
  const lower = words.map((word) => word.toLowerCase());
  const score = ({ path }: GraphFile) => {
    const text = path.toLowerCase();
    const { name, dir } = posix.parse(text);
    // A package is called by its folder.
    const stem = /^(?:__init__|index|mod)$/.test(name) ? posix.basename(dir) : name;
    const hits = lower.filter((word) => text.includes(word)).length;
    return hits + lower.filter((word) => word === text || word === stem).length;
  };
  const scored = files.map((file) => ({ file, score: score(file) })).filter(({ score }) =>
    score > 0
  );
  const named = scored.filter(({ score }) => score > words.length);
  return (only || named.length > 0 ? named : scored)
    .sort((a, b) => b.score - a.score || a.file.path.length - b.file.path.length)
    .slice(0, MAX_FILES)
    .map(({ file }) => file);
}

function knownPath(graph: CodeGraph, { definitions, ...file }: GraphFile): KnownPath {
  return {
    ...file,
    importers: importersOf(graph, [file.path, posix.dirname(file.path)]),
    defines: definitions.filter(({ name, kind }) => !name.includes(".") && kind !== "constant"),
  };
}

function modulesFor(graph: CodeGraph, words: readonly string[]): KnownModule[] {
  const paths = new Set(graph.files.map(({ path }) => path));
  const imported = new Set(
    graph.edges.filter(({ kind, target }) => kind === "import" && !paths.has(target))
      .map(({ target }) => target),
  );
  return words.filter((word) => imported.has(word))
    .map((name) => ({ name, importers: importersOf(graph, [name]) }));
}

function importersOf({ edges }: CodeGraph, targets: readonly string[]): string[] {
  const imports = ({ kind, target }: GraphEdge) => kind === "import" && targets.includes(target);
  return edges.filter(imports).map(({ source }) => source);
}

function plainName(qualified: string): string {
  return qualified.slice(qualified.lastIndexOf(".") + 1);
}
