/** Says whether a file with several hard links is one whose other name is denied. */
export type DeniedLinks = (info: Deno.FileInfo) => boolean;

/** Deno gives the time of a change in whole seconds, and the clock for files lags a tick. Milliseconds. */
const GRAIN_MS = 1_050;

/**
 * Looks for the denied names of a workspace's files that have several. It walks the workspace, hidden
 * and ignored folders too, when it is first asked, and once more only for a file that changed since
 * then: a new name counts as a change, so that thousands of linked packages cost one walk.
 *
 * @param root real path of the workspace's root, with `/` at its end.
 * @param denied says of a path relative to the root whether it is denied.
 */
export function findDeniedLinks(
  root: string,
  denied: (path: string, isFolder: boolean) => boolean,
): DeniedLinks {
  let secrets = new Map<string, string>();
  let since = -Infinity;
  return (info) => {
    if (!info.isFile || (info.nlink ?? 1) < 2) return false;
    if ((info.ctime?.getTime() ?? Infinity) + GRAIN_MS >= since) {
      since = Date.now();
      secrets = walk(root, denied);
    }
    // Its number may have gone to another file since.
    const path = secrets.get(idOf(info));
    const now = path === undefined ? undefined : lstat(path);
    return now !== undefined && idOf(now) === idOf(info);
  };
}

function walk(root: string, denied: (path: string, isFolder: boolean) => boolean) {
  const secrets = new Map<string, string>();
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, isFile, isDirectory } of list(root + folder)) {
      if (isDirectory) folders.push(`${folder}${name}/`);
      if (!isFile || !denied(folder + name, false)) continue;
      const info = lstat(root + folder + name);
      if (info && (info.nlink ?? 1) > 1) secrets.set(idOf(info), root + folder + name);
    }
  }
  return secrets;
}

/** What cannot be listed is not there to be compared. */
function list(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch {
    return [];
  }
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

function idOf({ dev, ino }: Deno.FileInfo): string {
  return `${dev}:${ino}`;
}
