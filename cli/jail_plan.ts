import { isAbsolute, relative } from "node:path";
import type { JailPlan } from "../core/safety/jail.ts";
import type { Workspace } from "../core/workspace/workspace.ts";
import { ownFiles } from "./own_files.ts";

/** What a session in this workspace may touch, but for what it may write. */
export function jailPlan({ root, logs }: Workspace): Omit<JailPlan, "writes"> {
  const { main, config, files, registry } = ownFiles();
  const below = relative(root, logs);
  const outside = below.startsWith("..") || isAbsolute(below);
  return { root, main, config, ownFiles: files, logs: outside ? logs : undefined, registry };
}
