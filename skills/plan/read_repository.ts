import { posix } from "node:path";
import type { Files } from "../../core/workspace/files.ts";
import { findProjects, type Project } from "../checks/find_projects.ts";
import { fileRole } from "./file_role.ts";

/** What a repository holds, by its files' names. */
export interface Repository {
  /** Sorted; also CI files in hidden folders. */
  readonly paths: readonly string[];
  /** True when there are more files than were listed. */
  readonly partial: boolean;
  /** Toolchains that were found, with the file that shows them. */
  readonly projects: readonly Project[];
  /** Its README and what that says the project is. */
  readonly readme:
    | { readonly path: string; readonly line: number; readonly title: string }
    | undefined;
  /** Whether it is under git. */
  readonly git: boolean;
}

const MAX_FILES = 20_000;
const CI_PLACES = [".github", ".circleci", ".ci", ".gitlab-ci.yml", ".travis.yml"];

/**
 * Lists a repository's files and finds its README and manifests.
 *
 * @param files the files of the workspace.
 */
export async function readRepository(files: Files, signal?: AbortSignal): Promise<Repository> {
  const paths: string[] = [];
  let partial = false;
  walking: for (const place of [".", ...CI_PLACES]) {
    if (place !== "." && !await exists(files, place)) continue;
    const options = { path: place, hidden: place !== ".", ...(signal ? { signal } : {}) };
    for await (const batch of files.walk(options)) {
      for (const { path } of batch) paths.push(path);
      partial = paths.length > MAX_FILES;
      if (partial) break walking;
    }
  }
  const listed = [...new Set(paths)].sort().slice(0, MAX_FILES);
  return {
    paths: listed,
    partial,
    projects: await findProjects(files, signal ? { signal } : {}),
    readme: await readReadme(files, listed),
    git: await exists(files, ".git"),
  };
}

/**
 * A manifest's path.
 *
 * @param project as found.
 */
export function manifestOf({ dir, marker }: Project): string {
  return posix.join(dir, marker);
}

async function readReadme(files: Files, paths: readonly string[]): Promise<Repository["readme"]> {
  const path = paths.find((path) => /^readme(\.\w+)?$/i.test(path) && fileRole(path) === "docs");
  if (path === undefined) return undefined;
  const text = await files.readText(path, { range: [0, 4096] }).catch(() => "");
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line, i) =>
    /^#\s*\w/.test(line) || (/^\w/.test(line) && /^(===+|---+)\s*$/.test(lines[i + 1] ?? ""))
  );
  return at < 0
    ? undefined
    : { path, line: at + 1, title: lines[at]!.replace(/^#+\s*/, "").trim() };
}

function exists(files: Files, path: string): Promise<boolean> {
  return files.info(path).then(() => true, () => false);
}
