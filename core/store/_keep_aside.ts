import { companionPath } from "../workspace/replace_state_file.ts";

/**
 * Renames an unreadable file to `<name>.corrupt-<milliseconds>`, so that a new one can take its
 * place and nothing is lost: beside it, or in `.dspy/` for a file at a workspace's root.
 *
 * @returns the new path.
 */
export async function keepAside(path: string): Promise<string> {
  let ts = Date.now();
  let aside = await companionPath(path, `corrupt-${ts}`);
  // Two files within one millisecond must not overwrite each other.
  while (await Deno.lstat(aside).then(() => true, () => false)) {
    aside = await companionPath(path, `corrupt-${++ts}`);
  }
  await Deno.rename(path, aside);
  return aside;
}
