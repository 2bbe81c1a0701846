import { UserError } from "../errors.ts";

/**
 * Opens a folder for our own state below a workspace's root, made private (0700) when it is new. A
 * repository can bring a link under that name, so each part must be a real folder.
 *
 * @param root real path of the workspace's root.
 * @param names the folder, name by name: `".dspy", "undo"`.
 * @returns its absolute path.
 * @throws {UserError} `refused` for a link or a file in its place, `failed` when it cannot be made.
 */
export async function stateFolder(root: string, ...names: readonly string[]): Promise<string> {
  let folder = root;
  for (const name of names) {
    folder = `${folder}/${name}`;
    const info = await lstatOrNull(folder);
    if (info === null) {
      await make(folder);
      await hideFromGit(`${root}/${names[0]}`);
    } else if (!info.isDirectory) throw notOurs(folder, "a folder");
  }
  return folder;
}

/** Makes the folder of a state file if need be; a new `.dspy*` folder is hidden from git. */
export async function makeStateFolder(folder: string): Promise<void> {
  if (await lstatOrNull(folder) !== null) return;
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const own = /^.*?\/\.dspy[^/]*(?=\/|$)/.exec(folder)?.[0];
  if (own !== undefined) await hideFromGit(own);
}

/**
 * Checks that a state file is a plain file or absent, since opening would follow a link.
 *
 * @throws {UserError} `refused` otherwise.
 */
export async function checkStateFile(path: string): Promise<void> {
  const info = await lstatOrNull(path);
  if (info !== null && (!info.isFile || (info.nlink ?? 1) > 1)) throw notOurs(path, "a plain file");
}

/** What is at a path, without following a link there; null when nothing is. */
export async function lstatOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

async function make(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) return;
    throw new UserError("failed", `cannot make the state folder ${JSON.stringify(folder)}`, {
      hint: systemReason(cause),
      cause,
    });
  }
}

/** Our state holds old versions of files: nobody shall commit them by accident. */
async function hideFromGit(folder: string): Promise<void> {
  try {
    await Deno.writeTextFile(`${folder}/.gitignore`, "*\n", { createNew: true, mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/** Why the system refused, without error numbers: `no space left on device`. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.replace(/ \(os error.*/s, "").replace(/^\w/, (c) => c.toLowerCase());
}

function notOurs(path: string, wanted: string): UserError {
  return new UserError("refused", `${JSON.stringify(path)} is not ${wanted} of ours`, {
    rule: "state.link",
    hint: "move it away and try again",
  });
}
