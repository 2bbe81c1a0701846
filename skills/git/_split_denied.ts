import type { Files } from "../../core/workspace/files.ts";
import { isDenied } from "../_is_denied.ts";
import type { DiffFile } from "./_parse_diff.ts";

/** The files of a diff, by whether their content may be shown. */
export interface SplitDiff {
  readonly shown: readonly DiffFile[];
  /** How many are denied: by their own name, or by the one they were renamed from. */
  readonly denied: number;
  /** Paths that cover what is shown and nothing that is denied, old names of renames included. */
  readonly paths: readonly (readonly string[])[];
}

/** Files of one call to git: keeps its arguments far below what a system takes. */
const FILES_PER_CALL = 200;

/** Asks the guard about each file of a diff, so that git is only told to print the others. */
export async function splitDenied(files: Files, diff: readonly DiffFile[]): Promise<SplitDiff> {
  const shown: DiffFile[] = [];
  const parents = new Set<string>();
  for (const file of diff) {
    const names = namesOf(file);
    const denied = await Promise.all(names.map((name) => isDenied(files, name)));
    if (!denied.includes(true)) shown.push(file);
    else for (const name of names) parentsOf(name).forEach((parent) => parents.add(parent));
  }
  // Where a folder took a file's place, the file's path would name all in the folder.
  const covering = shown.filter((file) => namesOf(file).every((name) => !parents.has(name)));
  const paths: string[][] = [];
  for (let at = 0; at < covering.length; at += FILES_PER_CALL) {
    paths.push(covering.slice(at, at + FILES_PER_CALL).flatMap(namesOf));
  }
  return { shown: covering, denied: diff.length - covering.length, paths };
}

function namesOf({ path, from }: DiffFile): string[] {
  return from === undefined ? [path] : [from, path];
}

function parentsOf(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, i) => names.slice(0, i + 1).join("/"));
}
