import { isAbsolute, relative } from "node:path";
import type { JailPlan } from "../core/safety/jail.ts";
import { ownFiles } from "./own_files.ts";
import type { Place } from "./shell.ts";

/** What a session in this workspace may touch, but for what it may write. */
export function jailPlan(
  { workspace: { root, logs }, stateDir }: Pick<Place, "workspace" | "stateDir">,
): Omit<JailPlan, "writes"> {
  const { main, config, files, registry } = ownFiles();
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
