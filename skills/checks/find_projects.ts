import { posix } from "node:path";
import type { Files } from "../../core/workspace/files.ts";
import { FAMILIES } from "./_families.ts";

/** A folder that a toolchain calls a project. */
export interface Project {
  /** `deno`, `node`, `cargo`, `go`, `python`, `maven` or `make`. */
  readonly family: string;
  /** Relative to the workspace's root; `.` for the root itself. */
  readonly dir: string;
  /** The file that says so. */
  readonly marker: string;
}

/** Options of {@linkcode findProjects}. */
export interface FindProjectsOptions {
  /** How many levels below the root to look. Default 2. */
  readonly depth?: number;
  /** Ends the search with an `aborted` error. */
  readonly signal?: AbortSignal;
}

/**
 * Finds the projects of a workspace by their files: `deno.json`, `package.json`, `Cargo.toml`,
 * `go.mod`, `pyproject.toml`, `pom.xml`, `Makefile` and their like. Ignored folders are not entered.
 *
 * @returns the root's projects first, then by folder; in one folder by how likely it is meant.
 */
export async function findProjects(
  files: Files,
  { depth = 2, signal }: FindProjectsOptions = {},
): Promise<Project[]> {
  const include = FAMILIES.flatMap(({ markers }) => markers);
  const found = new Map<string, Project & { rank: number }>();
  const options = { include, depth: depth + 1, ...(signal ? { signal } : {}) };
  for await (const batch of files.walk(options)) {
    for (const { path } of batch) {
      const dir = posix.dirname(path);
      const marker = posix.basename(path);
      const rank = FAMILIES.findIndex(({ markers }) => markers.includes(marker));
      const key = `${dir}\0${rank}`;
      if (rank < 0 || found.has(key)) continue;
      found.set(key, { family: FAMILIES[rank]!.name, dir, marker, rank });
    }
  }
  return [...found.values()]
    .sort((a, b) =>
      level(a.dir) - level(b.dir) || (a.dir < b.dir ? -1 : a.dir > b.dir ? 1 : 0) ||
      a.rank - b.rank
    )
    .map(({ family, dir, marker }) => ({ family, dir, marker }));
}

function level(dir: string): number {
  return dir === "." ? 0 : dir.split("/").length;
}
