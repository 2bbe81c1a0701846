import { UserError } from "../../core/errors.ts";
import type { ToolContext } from "../../core/tool.ts";
import { buildCodeGraph, type CodeGraph } from "../code/code_graph.ts";
import { type FileFacts, fileFacts, isSourceFile } from "../code/file_facts.ts";
import type { FileEvidence } from "./find_evidence.ts";
import { fileRole } from "./file_role.ts";
import { findPackage, type PackagePlaces } from "./find_package.ts";
import { findPlaces, type Place, type Places } from "./find_places.ts";
import type { TaskSubject } from "./task_subject.ts";

/** The one thing that a task names, with all its places: a name of the code, or a package. */
export type SubjectFacts =
  & Pick<TaskSubject, "action" | "name" | "to">
  & ({ readonly places: Places } | { readonly package: PackagePlaces });

/**
 * Finds all places of what a task renames, removes or upgrades.
 *
 * @param texts of the repository's files, by path.
 * @param files that the task names.
 * @returns undefined when there is no such thing here: the words mean something else.
 */
export async function aboutSubject(
  subject: TaskSubject,
  texts: ReadonlyMap<string, string>,
  files: readonly string[],
  ctx: ToolContext,
): Promise<SubjectFacts | undefined> {
  const found = findPackage(subject.name, texts);
  if (subject.isPackage) return { ...subject, package: found };
  const graph = await graphOf(subject.name, texts, ctx.signal);
  const places = findPlaces(subject, { graph, texts, inFiles: files });
  const defined = places.definitions.length > 0;
  // `const debug = require("debug")` defines nothing but a name for the package.
  const isImport = ({ path, line }: Place) =>
    found.imports.some((each) => each.path === path && each.line === line);
  if (
    subject.action === "remove" && found.declared.length > 0 && places.definitions.every(isImport)
  ) return { ...subject, package: found };
  const isSure = defined || subject.action === "rename" || !/^[A-Za-z]+$/.test(subject.name);
  return isSure && (defined || Object.values(places.uses).some((each) => each.length > 0))
    ? { ...subject, places }
    : undefined;
}

/** The graph of those files alone that have the name: all that defines it is in them. */
async function graphOf(
  name: string,
  texts: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<CodeGraph> {
  const facts = new Map<string, FileFacts>();
  const plain = name.split(/\.|::|#/).at(-1)!;
  try {
    for (const [path, text] of texts) {
      signal.throwIfAborted();
      if (isSourceFile(path) && text.includes(plain)) facts.set(path, await fileFacts(path, text));
    }
  } catch (error) {
    // Without the grammars, lines that look like a definition stand in.
    if (!(error instanceof UserError) || error.kind !== "missing") throw error;
  }
  return buildCodeGraph(facts);
}

/** The files that a subject's change begins in: its definitions, its declarations, else its users. */
export function subjectTargets(about: SubjectFacts): FileEvidence[] {
  const places = "package" in about
    ? [
      ...about.package.declared,
      ...about.package.imports.filter(({ path }) => fileRole(path) === "source"),
    ]
    : about.places.definitions.length > 0
    ? about.places.definitions
    : about.places.uses.code;
  const defines = "places" in about && about.places.definitions.length > 0 ? about.name : undefined;
  return [...Map.groupBy<string, Place>(places, ({ path }) => path)].map(([path, found]) => ({
    path,
    score: found.length,
    lines: found.filter(({ text }) => text !== "").map(({ line, text }) => ({
      line,
      text,
      term: about.name,
      ...defines === undefined ? {} : { defines },
    })),
    terms: [about.name],
  }));
}
