import { UserError } from "../errors.ts";
import { resolvePath } from "./resolve_path.ts";

/** The folder a session works in. */
export interface Workspace {
  /** Its real path: absolute, without symlinks. */
  readonly root: string;
  /** Where logs are looked for: a real path, possibly one that does not exist yet. */
  readonly logs: string;
  /** Folder below the root where the person is, relative to it. Absent: the root itself. */
  readonly start?: string;
}

/** Options of {@linkcode openWorkspace}. */
export interface WorkspaceOptions {
  /** Folder of the logs, relative to the root. Default `logs`. */
  readonly logs?: string;
}

/**
 * Opens a folder as a workspace.
 *
 * @param path the folder, relative to the current one or absolute.
 * @throws {UserError} `usage` when it does not exist or is no folder.
 */
export async function openWorkspace(
  path: string,
  { logs = "logs" }: WorkspaceOptions = {},
): Promise<Workspace> {
  const root = await Deno.realPath(path).catch((cause) => {
    throw new UserError("usage", `no such folder: ${JSON.stringify(path)}`, {
      hint: "give an existing folder with --workspace",
      cause,
    });
  });
  if (!(await Deno.stat(root)).isDirectory) {
    throw new UserError("usage", `not a directory: ${JSON.stringify(path)}`, {
      hint: "give a folder with --workspace",
    });
  }
  return { root, logs: resolvePath(root, logs) };
}
