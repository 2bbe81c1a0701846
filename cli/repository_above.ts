import { folderOf } from "../core/workspace/path_parts.ts";

/**
 * The folder above that a git repository begins in, for a folder inside of one: the nearest that holds
 * `.git`. Only looks whether it is there; starts no git.
 *
 * @param folder real path.
 * @returns undefined when the folder is the repository's own, or in none.
 */
export function repositoryAbove(folder: string): string | undefined {
  for (let at = folder;;) {
    if (holdsGit(at)) return at === folder ? undefined : at;
    const above = folderOf(at);
    if (above === at || above === ".") return undefined;
    at = above;
  }
}

function holdsGit(folder: string): boolean {
  try {
    Deno.lstatSync(folder === "/" ? "/.git" : `${folder}/.git`);
    return true;
  } catch {
    // A folder that must not be looked into is none of ours.
    return false;
  }
}
