import { isAbsolute, relative } from "node:path";
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
  const below = relative(root, logs);
  const outside = below.startsWith("..") || isAbsolute(below);
  return {
    root,
    main,
    config,
    ownFiles: files,
    logs: outside ? logs : undefined,
    registry,
    stateDir,
  };
}
