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
  { workspace: { root, logs }, stateDir }: Pick<Place, "workspace" | "stateDir">,
  parses: boolean,
): Promise<Omit<JailPlan, "writes">> {
  const { main, config, files, registry } = await ownFiles(parses);
  return {
    root,
    main,
    config,
    ownFiles: files,
    logs: isBelow(root, logs) ? undefined : logs,
    registry,
    stateDir,
  };
}
