import { UserError } from "../../core/errors.ts";
import { closest } from "../../core/closest.ts";
import type { Files } from "../../core/workspace/files.ts";

/** Paths that are looked at for a name like the one given. */
const MAX_WALKED = 20_000;

/** The error for a path where nothing is, with the files that may have been meant. */
export async function missingPath(files: Files, path: string): Promise<UserError> {
  const near = await likelyPaths(files, path);
  return new UserError("failed", `no such file: ${JSON.stringify(path)}; nothing was written`, {
    hint: near.length > 0
      ? `did you mean ${near.map((name) => JSON.stringify(name)).join(" or ")}?`
      : "`write` makes new files",
  });
}

/** Files of that name elsewhere, else files whose names or paths are spelled nearly so. */
async function likelyPaths(files: Files, path: string): Promise<string[]> {
  const base = baseName(path);
  const all: string[] = [];
  for await (const batch of files.walk()) {
    all.push(...batch.map((entry) => entry.path));
    if (all.length > MAX_WALKED) break;
  }
  const same = all.filter((candidate) => baseName(candidate).toLowerCase() === base.toLowerCase());
  if (same.length > 0) return same.slice(0, 3);
  const names = closest(base, [...new Set(all.map(baseName))]);
  return all.filter((candidate) => names.includes(baseName(candidate))).slice(0, 3);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
