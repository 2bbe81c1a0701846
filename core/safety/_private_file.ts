import { UserError } from "../errors.ts";
import { lstatOrNull } from "../workspace/state_folder.ts";

/**
 * Makes a folder that only its owner can look into (0700), or checks one that is there.
 *
 * @throws {UserError} `refused` when a link or somebody else's folder stands in its place.
 */
export async function privateFolder(path: string): Promise<string> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 }).catch((cause) => {
    if (cause instanceof Deno.errors.AlreadyExists) return;
    throw new UserError("failed", `cannot make the folder ${JSON.stringify(path)}`, { cause });
  });
  const info = await Deno.lstat(path);
  if (!info.isDirectory || !isMine(info)) throw notOurs(path, "a folder");
  if (((info.mode ?? 0) & 0o077) !== 0) await Deno.chmod(path, 0o700);
  return path;
}

/**
 * Opens a file of ours for reading and writing, made with mode 0600.
 *
 * @throws {UserError} `refused` when a link or something special stands in its place.
 */
export async function openPrivate(path: string): Promise<Deno.FsFile> {
  const before = await lstatOrNull(path);
  if (before && (!before.isFile || (before.nlink ?? 1) > 1)) throw notOurs(path, "a plain file");
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  const info = await file.stat();
  const swapped = before && (info.dev !== before.dev || info.ino !== before.ino);
  if (swapped || !info.isFile) {
    file.close();
    throw notOurs(path, "a plain file");
  }
  if (((info.mode ?? 0) & 0o077) !== 0) await Deno.chmod(path, 0o600);
  return file;
}

/** Replaces a file of ours at once, mode 0600: readers and crashes see the old text or the new. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const temp = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeTextFile(temp, text, { createNew: true, mode: 0o600 });
    await Deno.rename(temp, path);
  } catch (error) {
    await Deno.remove(temp).catch(() => {});
    throw error;
  }
}

/**
 * Reads a file of ours.
 *
 * @returns undefined when it does not exist.
 * @throws {UserError} `refused` when others could have written it, or it is no plain file.
 */
export async function readPrivate(path: string): Promise<string | undefined> {
  const info = await lstatOrNull(path);
  if (info === null) return undefined;
  if (!info.isFile || !isMine(info) || ((info.mode ?? 0) & 0o022) !== 0) {
    throw notOurs(path, "a plain file");
  }
  return await Deno.readTextFile(path);
}

/** Without the right to ask who we are, the mode has to do. */
function isMine({ uid }: Deno.FileInfo): boolean {
  try {
    return uid === null || uid === Deno.uid();
  } catch {
    return true;
  }
}

function notOurs(path: string, wanted: string): UserError {
  return new UserError("refused", `${JSON.stringify(path)} is not ${wanted} of ours`, {
    rule: "state.foreign",
    hint: "move it away and try again",
  });
}
