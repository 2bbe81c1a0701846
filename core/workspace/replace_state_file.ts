import { createDurable } from "./_durable.ts";
import { folderOf, nameOf } from "./path_parts.ts";
import { checkStateFile, lstatOrNull, makeStateFolder, stateFolder } from "./state_folder.ts";

/**
 * Replaces a state file at once: readers and crashes see the old text or the new one; which of them a
 * power cut leaves is open until the folder is synced. A new file is for the user alone (0600), an old
 * one keeps its mode. Makes the folder (0700).
 *
 * @throws {UserError} `refused` when a link or something special is in its place, and what the
 * system says when it cannot be written.
 */
export async function replaceStateFile(path: string, text: string): Promise<void> {
  await checkStateFile(path);
  await ensureFolder(folderOf(path));
  const temp = await companionPath(path, `${crypto.randomUUID()}.tmp`);
  try {
    await createDurable(temp, new TextEncoder().encode(text), 0o600);
    const old = await lstatOrNull(path);
    if (old?.mode) await Deno.chmod(temp, old.mode & 0o777);
    await Deno.rename(temp, path);
  } catch (error) {
    await Deno.remove(temp).catch(() => {});
    throw error;
  }
}

/**
 * Where a file goes that accompanies a state file, such as its next version: beside it, but into
 * `.dspy/` for one that lies at a workspace's root, where a session may hold the right to write that
 * very file and no other.
 */
export async function companionPath(path: string, suffix: string): Promise<string> {
  const [folder, name] = [folderOf(path), nameOf(path)];
  const at = name.startsWith(".dspy") ? await stateFolder(folder, ".dspy") : folder;
  return `${at}/${name}.${suffix}`;
}

/** Makes a folder (0700) when there is none; one that is there needs no right to write it. */
export async function ensureFolder(path: string): Promise<void> {
  await makeStateFolder(path);
}
