import { UserError } from "../errors.ts";
import { openGuarded } from "./open_guarded.ts";
import type { PathGuard } from "./paths.ts";

/** Options of {@linkcode readGuarded}. */
export interface ReadGuardedOptions {
  /** Refuse larger files. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Start and length in bytes; a part is never refused for its size. Default the whole file. */
  readonly range?: readonly [start: number, length: number];
}

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file, or a part of it, through the path guard.
 *
 * @throws {UserError} as {@linkcode openGuarded}, and `failed` for a file that is too large.
 */
export function readGuarded(
  guard: PathGuard,
  path: string,
  { maxBytes = MAX_BYTES, range }: ReadGuardedOptions = {},
): Uint8Array {
  using file = openGuarded(guard, path);
  const { size } = file.info;
  if (range) {
    const [start, length] = range;
    if (start > 0) file.handle.seekSync(start, Deno.SeekMode.Start);
    return fill(file.handle, Math.max(0, Math.min(length, maxBytes, size - start)));
  }
  if (size > maxBytes) throw tooLarge(path, size, maxBytes);
  // As large as it was when it was opened, should it grow meanwhile.
  return fill(file.handle, size);
}

function fill(handle: Deno.FsFile, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = handle.readSync(bytes.subarray(filled));
    if (count === null || count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

function tooLarge(path: string, size: number, max: number): UserError {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return new UserError("failed", `${JSON.stringify(path)} is too large`, {
    hint: `${mb(size)}, the limit is ${mb(max)}`,
  });
}
