import { UserError } from "../errors.ts";
import type { FileState, Guard } from "./commit.ts";
import { sha256 } from "./sha256.ts";
import { lstatOrNull, systemReason } from "./state_folder.ts";

/** Larger files are not edited: they would be held in memory several times. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file for a later commit: its bytes, hash and mode, or that it does not exist. The path
 * must be one that may be written.
 *
 * @throws {UserError} `refused` by the guard, `failed` for a folder, a file over 64 MiB or one that
 * cannot be read.
 */
export async function readState(guard: Guard, path: string): Promise<FileState> {
  const target = await guard.resolve(path, "write");
  return { ...await readReal(target.real, target.path), path: target.path };
}

/** {@linkcode readState} of a real path that the guard allowed; `name` is for messages. */
export async function readReal(real: string, name: string): Promise<Omit<FileState, "path">> {
  const before = await lstatOrNull(real);
  if (before === null) return { hash: null, bytes: new Uint8Array(), mode: null };
  if (!before.isFile) throw new UserError("failed", `${JSON.stringify(name)} is no regular file`);
  if (before.size > MAX_BYTES) {
    throw new UserError("failed", `${JSON.stringify(name)} is larger than 64 MiB`, {
      hint: "such files are not edited",
    });
  }
  try {
    using file = await Deno.open(real);
    const info = await file.stat();
    if (!info.isFile || info.dev !== before.dev || info.ino !== before.ino) {
      throw new UserError("failed", `${JSON.stringify(name)} changed while it was opened`, {
        hint: "try again",
      });
    }
    const bytes = await readAll(file, info.size);
    const mode = info.mode === null ? null : info.mode & 0o7777;
    return { hash: await sha256(bytes), bytes, mode };
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const hint = systemReason(cause);
    throw new UserError("failed", `cannot read ${JSON.stringify(name)}`, { hint, cause });
  }
}

async function readAll(file: Deno.FsFile, size: number): Promise<Uint8Array> {
  let bytes = new Uint8Array(size + 1);
  let length = 0;
  for (;;) {
    const read = await file.read(bytes.subarray(length));
    if (read === null) return bytes.subarray(0, length);
    length += read;
    if (length < bytes.length) continue;
    if (length > MAX_BYTES) throw new Error("it grew while it was read");
    const more = new Uint8Array(length * 2);
    more.set(bytes);
    bytes = more;
  }
}
