import { parseConfigFile } from "../core/config_file.ts";
import type { ConfigFile } from "../core/config_merge.ts";
import { UserError } from "../core/errors.ts";
import { createPathGuard } from "../core/safety/paths.ts";
import { readGuarded } from "../core/safety/read_guarded.ts";

/** Largest configuration file, in bytes. */
const MAX_CONFIG = 1024 * 1024;

/**
 * Reads a workspace's file of settings, which is content of a repository: through the guard.
 *
 * @param path relative to the root.
 */
export async function readWorkspaceConfig(root: string, path: string): Promise<ConfigFile> {
  const bytes = readGuarded(createPathGuard(root), path, { maxBytes: MAX_CONFIG });
  return await parseConfigFile(path, new TextDecoder().decode(bytes));
}

/** Reads the user's own: it may be a link, as dotfiles often are, but not a pipe or a device. */
export async function readUserConfig(path: string): Promise<ConfigFile> {
  const { isFile, size } = await Deno.stat(path);
  if (!isFile || size > MAX_CONFIG) {
    throw new UserError("usage", `not a configuration file: ${JSON.stringify(path)}`, {
      hint: "move it away, or make it a text file of settings",
    });
  }
  return await parseConfigFile(path, await Deno.readTextFile(path));
}
