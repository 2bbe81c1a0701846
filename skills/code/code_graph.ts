import { resolveImports } from "./resolve_imports.ts";
import type { FileFacts } from "./file_facts.ts";
import { topModule } from "./_top_module.ts";
import type { CodeSymbol, SymbolKind } from "./symbols.ts";

/** A definition in the graph. Lines count from 1, both ends included. */
export interface Definition {
  /** Qualified: `Class.method`. */
  readonly name: string;
  /** What it is. */
  readonly kind: SymbolKind;
  /** First line, without decorators. */
  readonly start: number;
  /** Last line. */
  readonly end: number;
}

/** A file of the graph. */
export interface GraphFile {
  /** Relative to the workspace's root. */
  readonly path: string;
  /** Lines of text. */
  readonly lines: number;
  /** Top-level module names, sorted. */
  readonly imports: readonly string[];
  /** Names of classes and the like: interfaces, structs, enums, traits. */
  readonly classes: readonly string[];
  /** Names of functions and methods, without Python's dunder methods. */
  readonly functions: readonly string[];
  /** All definitions with their places. */
  readonly definitions: readonly Definition[];
}

/** That a file uses something. */
export interface GraphEdge {
  /** Path of the file. */
  readonly source: string;
  /** Imported: a file's path or a module's name. Called: `path#name`, qualified. */
  readonly target: string;
  /** How it is used. */
  readonly kind: "import" | "call";
  /** Line of the first such call. */
  readonly line?: number;
  /** Lines of further such calls by the same caller. Default none. */
  readonly lines?: readonly number[];
  /** Qualified name of the function that calls. */
  readonly caller?: string;
}

/** Sizes of a graph. */
export interface GraphStats {
  /** Source files. */
  readonly files: number;
  /** Lines of text. */
  readonly lines: number;
  /** Classes and the like. */
  readonly classes: number;
  /** Functions and methods. */
  readonly functions: number;
}

/** What defines, imports and calls what in a workspace. */
export interface CodeGraph {
  /** Of this format. */
  readonly version: 1;
  /** Its sizes. */
  readonly stats: GraphStats;
  /** The files with the most classes and functions, at most 20. */
  readonly top_by_defs: readonly { readonly path: string; readonly defs: number }[];
  /** Sorted by path. */
  readonly files: readonly GraphFile[];
  /** By source, imports before calls. */
  readonly edges: readonly GraphEdge[];
}

const CLASSES: ReadonlySet<SymbolKind> = new Set(["class", "interface", "struct", "enum", "trait"]);
const FUNCTIONS: ReadonlySet<SymbolKind> = new Set(["function", "method"]);
const TOP = 20;

/**
 * Builds the graph of all files of a workspace. Calls count only for names that are defined once,
 * since without types nothing else tells which of several is meant.
 *
 * @param files facts by path.
 */
export function buildCodeGraph(files: ReadonlyMap<string, FileFacts>): CodeGraph {
  const paths = [...files.keys()].sort();
  const nodes = paths.map((path) => graphFile(path, files.get(path)!));
  const resolve = resolveImports(paths);
  const definedOnce = singleDefinitions(nodes);
  const edges = paths.flatMap((path) => {
    const { imports, calls } = files.get(path)!;
    const targets = new Set(imports.map((each) => resolve(path, each) ?? topModule(path, each)));
    targets.delete(path);
    return [
      ...[...targets].sort().map((target): GraphEdge => ({ source: path, target, kind: "import" })),
      ...calls.flatMap(({ name, ...at }): GraphEdge[] => {
        const target = definedOnce.get(name);
        return target === undefined ? [] : [{ source: path, target, kind: "call", ...at }];
      }),
    ];
  });
  return {
    version: 1,
    stats: {
      files: nodes.length,
      lines: sum(nodes, ({ lines }) => lines),
      classes: sum(nodes, ({ classes }) => classes.length),
      functions: sum(nodes, ({ functions }) => functions.length),
    },
    top_by_defs: nodes
      .map(({ path, classes, functions }) => ({ path, defs: classes.length + functions.length }))
      .filter(({ defs }) => defs > 0)
      .sort((a, b) => b.defs - a.defs)
      .slice(0, TOP),
    files: nodes,
    edges,
  };
}

/** The graph's sizes as one line. */
export function summaryLine({ files, lines, classes, functions }: GraphStats): string {
  return `Files: ${files} | Lines: ${lines} | Classes: ${classes} | Functions: ${functions}`;
}

function graphFile(path: string, { lines, imports, symbols }: FileFacts): GraphFile {
  const names = (kinds: ReadonlySet<SymbolKind>) =>
    symbols.filter(({ kind }) => kinds.has(kind)).map(({ name }) => name);
  return {
    path,
    lines,
    imports: [...new Set(imports.map((each) => topModule(path, each)))].sort(),
    classes: names(CLASSES),
    functions: names(FUNCTIONS).filter((name) => !/^__\w+__$/.test(name)),
    definitions: symbols.map(definition),
  };
}

function definition({ qualified, kind, start, end }: CodeSymbol): Definition {
  return { name: qualified, kind, start, end };
}

/** Names that one definition alone has, with its `path#name`. What stands in a function is its own. */
function singleDefinitions(files: readonly GraphFile[]): Map<string, string> {
  const places = new Map<string, string | undefined>();
  for (const { path, definitions } of files) {
    const functions = new Set(
      definitions.filter(({ kind }) => FUNCTIONS.has(kind)).map(({ name }) => name),
    );
    for (const { name, kind } of definitions) {
      if (!CLASSES.has(kind) && !FUNCTIONS.has(kind) && kind !== "macro") continue;
      const dot = name.lastIndexOf(".");
      if (functions.has(name.slice(0, Math.max(0, dot)))) continue;
      const plain = name.slice(dot + 1);
      places.set(plain, places.has(plain) ? undefined : `${path}#${name}`);
    }
  }
  return new Map([...places].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
