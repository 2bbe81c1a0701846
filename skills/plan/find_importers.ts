import { posix } from "node:path";
import { resolveImports } from "../code/resolve_imports.ts";
import { fileRole } from "./file_role.ts";

const IMPORT_LINE =
  /^\s*(?:import|from|export|use|pub use|mod|pub mod|const|let|var|\}|require|"|_ ").*$/gm;

/** What an import line names, by the languages' ways of writing it. */
const NAMED: readonly RegExp[] = [
  /(?:from|import|require\s*\(|import\s*\()\s*["']([^"'\n]+)["']/g,
  /^\s*from\s+([.\w]+)\s+import\b/g,
  /^\s*import\s+(?:static\s+)?([\w.]+)/g,
  /^\s*(?:pub\s+)?use\s+([\w:]+)/g,
  /^\s*(?:\w+\s+)?"([\w./-]+)"\s*$/g,
];

/**
 * Finds the files that import some others, by resolving their import lines.
 *
 * @param targets the files asked for.
 * @param texts of all source files, by path.
 * @returns importers by target, sorted.
 */
export function findImporters(
  targets: readonly string[],
  texts: ReadonlyMap<string, string>,
): Map<string, string[]> {
  const sources = [...texts.keys()].filter((path) => ["source", "test"].includes(fileRole(path)));
  const resolve = resolveImports(sources);
  const wanted = new Map(targets.map((path): [string, string[]] => [path, []]));
  // A Go import names a folder.
  const byFolder = Map.groupBy(
    targets.filter((path) => path.endsWith(".go")),
    (path) => posix.dirname(path),
  );
  const stems = new RegExp(targets.map(stemOf).map(escape).join("|") || "(?!)");
  for (const path of sources) {
    const text = texts.get(path)!;
    if (!stems.test(text)) continue;
    const found = new Set(importsOf(text).map((name) => resolve(path, name)));
    for (const target of found) {
      if (target === undefined || target === path) continue;
      wanted.get(target)?.push(path);
      for (const file of byFolder.get(target) ?? []) wanted.get(file)!.push(path);
    }
  }
  return wanted;
}

/**
 * The files of the workspace that a file imports.
 *
 * @param path of the file.
 * @param texts of all source files, by path.
 */
export function importedFiles(path: string, texts: ReadonlyMap<string, string>): string[] {
  const resolve = resolveImports([...texts.keys()]);
  const found = importsOf(texts.get(path) ?? "").map((name) => resolve(path, name));
  return [...new Set(found)].filter((target): target is string => !!target && target !== path);
}

/** A line that imports. */
export interface ImportLine {
  /** Counts from 1. */
  readonly line: number;
  readonly text: string;
  /** What it imports, as written. */
  readonly names: readonly string[];
}

/**
 * The lines of a source text that import something.
 *
 * @param text of the file.
 */
export function importLines(text: string): ImportLine[] {
  let line = 1;
  let counted = 0;
  return [...text.matchAll(IMPORT_LINE)].filter(([found]) => found.length < 500)
    .flatMap(({ 0: found, index }) => {
      const names = NAMED.flatMap((pattern) => [...found.matchAll(pattern)].map((it) => it[1]!));
      if (names.length === 0) return [];
      // The pattern's leading blanks may begin on lines above.
      const start = index + found.search(/\S|$/);
      for (let at = text.indexOf("\n", counted); at >= 0 && at < start; line++) {
        counted = at + 1;
        at = text.indexOf("\n", counted);
      }
      return [{ line, text: found.trim(), names }];
    });
}

/** What an import of a file has to mention. */
function stemOf(path: string): string {
  const name = posix.basename(path).replace(/\..*$/, "");
  const folder = posix.basename(posix.dirname(path));
  return path.endsWith(".go") || /^(index|mod|__init__|lib)$/.test(name) ? folder : name;
}

function importsOf(text: string): string[] {
  return importLines(text).flatMap(({ names }) => names);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
