import type { Files } from "../../workspace/files.ts";

/** Where a repository keeps commands of its own; the first that has a name counts. */
export const COMMAND_FOLDERS: readonly string[] = [
  ".agents/commands",
  ".dspy/commands",
  ".claude/commands",
];

/** A command of the workspace: a text that is asked with `/name`. */
export interface CustomCommand {
  readonly name: string;
  /** The file it stands in. */
  readonly path: string;
}

/**
 * The workspace's own commands by name, in order.
 *
 * @param files of the workspace, behind its guard.
 */
export async function customCommands(files: Pick<Files, "list">): Promise<CustomCommand[]> {
  const found = new Map<string, CustomCommand>();
  for (const folder of COMMAND_FOLDERS) {
    // Most workspaces have none of these folders.
    for (const { name: file, kind } of await files.list(folder).catch(() => [])) {
      const name = /^([\w-]+)\.md$/.exec(file)?.[1];
      if (kind !== "file" || name === undefined || found.has(name)) continue;
      found.set(name, { name, path: `${folder}/${file}` });
    }
  }
  return [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}
