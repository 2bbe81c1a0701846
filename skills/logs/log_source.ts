import { isAbsolute, join, relative } from "node:path";
import { openFiles } from "../../core/workspace/open_files.ts";
import type { Files } from "../../core/workspace/files.ts";
import type { Needs, ToolContext } from "../../core/tool.ts";
import type { Workspace } from "../../core/workspace/workspace.ts";

/** Where logs are read from: the workspace, or the log folder outside it that the user named. */
export interface LogSource {
  readonly files: Files;
  /** File or folder to read, relative to the root of `files`. */
  readonly path: string;
  /** A path as people see it. */
  show(path: string): string;
}

/**
 * Opens a log file or folder.
 *
 * @param path as given by the user; undefined for the configured folder.
 * @returns undefined when the configured folder does not exist.
 * @throws {UserError} for a given path that does not exist or may not be read.
 */
export async function openLogs(
  { files, workspace }: Pick<ToolContext, "files" | "workspace">,
  path: string | undefined,
): Promise<LogSource | undefined> {
  if (path !== undefined) {
    const found = await files.resolve(path, "read");
    return { files, path: found.path, show: (path) => path };
  }
  const below = relative(workspace.root, workspace.logs);
  if (isInside(below)) {
    const start = below || ".";
    const info = await files.info(start).catch(() => undefined);
    return info && { files, path: start, show: (path) => path };
  }
  try {
    const outside = openFiles(workspace.logs);
    return { files: outside, path: ".", show: (path) => join(workspace.logs, path) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * What a call on logs reads. A folder outside the workspace is not named: the launcher granted it
 * when the user gave it, and no other outside path can be meant.
 */
export function logNeeds(path: string | undefined, at: Workspace): Needs {
  if (path !== undefined) return { read: [path] };
  const below = relative(at.root, at.logs);
  return isInside(below) ? { read: [below || "."] } : {};
}

function isInside(below: string): boolean {
  return !isAbsolute(below) && below.split(/[/\\]/)[0] !== "..";
}
