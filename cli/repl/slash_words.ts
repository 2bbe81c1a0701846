import type { Files } from "../../core/workspace/files.ts";
import type { Builtin } from "./complete.ts";

/**
 * The commands that begin with a slash: ours, and those of the workspace.
 *
 * @param files of the workspace.
 */
export async function slashWords(files: Pick<Files, "list">): Promise<readonly Builtin[]> {
  const [{ SLASH }, { customCommands }] = await Promise.all([
    import("./slash.ts"),
    import("../../core/agent/model/custom_commands.ts"),
  ]);
  const ours = Object.entries(SLASH).map(([name, { values }]) => ({
    name: `/${name}`,
    ...values && { values },
  }));
  const theirs = await customCommands(files);
  return [...ours, ...theirs.map(({ name }) => ({ name: `/${name}` }))];
}
