import { isBelow } from "../core/workspace/resolve_path.ts";
import type { JailPlan } from "../core/safety/jail.ts";
import { ownFiles } from "./own_files.ts";
import type { Place } from "./shell.ts";

/**
 * What a session in this workspace may touch, but for what it may write.
 *
 * @param parses whether it will parse source code.
 */
export async function jailPlan(
  { workspace: { root, logs }, ours, model }: Pick<Place, "workspace" | "ours" | "model">,
  parses: boolean,
): Promise<Omit<JailPlan, "writes">> {
  const own = await ownFiles(parses);
  const { config } = own;
  return {
    ...own,
    root,
    logs: isBelow(root, logs) ? undefined : logs,
    hosts: model === undefined ? [] : [model.host],
    keep: config === undefined ? ours : [...ours, folderOf(config), `${folderOf(config)}/dist`],
  };
}

/**
 * Our own checkout: a session on a folder above it must not change it, and one on itself not the
 * build in it, which nobody reads before it is run.
 */
function folderOf(config: string): string {
  return config.slice(0, config.lastIndexOf("/"));
}
