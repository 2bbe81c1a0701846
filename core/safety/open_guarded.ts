import { UserError } from "../errors.ts";
import type { PathGuard } from "./paths.ts";

/** A file that is open for reading and known to be the one that the guard allowed. */
export interface GuardedFile extends Disposable {
  /** Open for reading, at the start. */
  readonly handle: Deno.FsFile;
  /** Of the open file. */
  readonly info: Deno.FileInfo;
  /** Relative to the root, with `/`. */
  readonly path: string;
}

/**
 * Opens a file for reading: checks the path, opens, and compares the open file's device and inode
 * with those seen before; then finds the real path once more. To read a file outside, someone has
 * to swap a folder for a link and back three times, each time between two system calls; that
 * remains possible in theory, since Deno offers no `openat`.
 *
 * @throws {UserError} `refused` by the guard or when the file changed under way, `failed` for a
 * folder or what does not exist.
 */
export function openGuarded(guard: PathGuard, path: string): GuardedFile {
  const found = guard.check(path, "read");
  const before = found.info;
  if (before === undefined || before.isDirectory) {
    throw new UserError("failed", `${JSON.stringify(path)} is a folder`, { hint: "name a file" });
  }
  const handle = open(path, found.real);
  try {
    const info = handle.statSync();
    const same = info.isFile && info.dev === before.dev && info.ino === before.ino;
    if (!same || !isStill(found.real)) {
      throw new UserError("refused", `${JSON.stringify(path)} changed while it was opened`, {
        rule: "path.swapped",
        hint: "try again",
      });
    }
    return { handle, info, path: found.path, [Symbol.dispose]: () => handle.close() };
  } catch (error) {
    handle.close();
    throw error;
  }
}

function open(given: string, real: string): Deno.FsFile {
  try {
    return Deno.openSync(real);
  } catch (cause) {
    const hint = cause instanceof Deno.errors.PermissionDenied
      ? "permission denied by the system"
      : "it is gone or locked";
    throw new UserError("failed", `cannot open ${JSON.stringify(given)}`, { hint, cause });
  }
}

function isStill(real: string): boolean {
  try {
    return Deno.realPathSync(real).replaceAll("\\", "/") === real;
  } catch {
    return false;
  }
}
