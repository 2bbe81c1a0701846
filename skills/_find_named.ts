import { folderOf, nameOf } from "../core/workspace/path_parts.ts";
import type { Files } from "../core/workspace/files.ts";

/**
 * The path of a file or folder that was called by the end of its path only: `core.py` for
 * `src/click/core.py`, `README` for `README.md`, `router` for the folder `lib/router`.
 *
 * @param path as it was given; itself when there is such a file, or none that it can mean.
 * @returns the nearest to the root, ties by path.
 */
export async function findNamed(files: Files, path: string): Promise<string> {
  if (/^(?:\.|\/|~)/.test(path) || await exists(files, path)) return path;
  const end = path.replace(/\/+$/, "");
  const found = new Set<string>();
  const fits = (each: string) => each === end || each.endsWith(`/${end}`);
  for await (const batch of files.walk({})) {
    for (const { path: file } of batch) {
      const bare = file.replace(/\.\w+$/, "");
      if (fits(file) || (!nameOf(end).includes(".") && fits(bare))) found.add(file);
      for (let folder = folderOf(file); folder !== "."; folder = folderOf(folder)) {
        if (fits(folder)) found.add(folder);
      }
    }
  }
  const level = (each: string) => each.split("/").length;
  const [nearest] = [...found].sort((a, b) => level(a) - level(b) || (a < b ? -1 : 1));
  return nearest ?? path;
}

function exists(files: Files, path: string): Promise<boolean> {
  return files.info(path).then(() => true, () => false);
}
