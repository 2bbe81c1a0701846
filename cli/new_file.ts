import { UserError } from "../core/errors.ts";
import { systemReason } from "../core/workspace/state_folder.ts";
import type { Io } from "./shell.ts";

/** A file to write where none is. */
export interface NewFile {
  /** As shown: relative to the workspace's root. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/**
 * Writes a file unless one is there, whole or not at all.
 *
 * @param options `force` keeps an existing file as `.bak-<time>` first. Default false.
 * @returns false when one was there and is left as it was; says so.
 * @throws {UserError} `failed` when the disk cannot be written.
 */
export async function writeNewFile(
  file: NewFile,
  { force = false }: { readonly force?: boolean },
  io: Io,
): Promise<boolean> {
  if (force) await setAside(file, io);
  if (await write(file)) {
    io.out(`wrote ${file.name}`);
    return true;
  }
  io.err(`${file.name} exists and is left as it is: --force replaces it and keeps a copy`);
  return false;
}

async function setAside({ name, path }: NewFile, io: Io): Promise<void> {
  const aside = `.bak-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  try {
    // A link and a removal: unlike a rename it never replaces an older copy.
    await Deno.link(path, path + aside);
    await Deno.remove(path);
    io.out(`kept the old ${name} as ${name}${aside}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw cannot(`keep a copy of ${name}`, error);
  }
}

async function write({ name, path, text }: NewFile): Promise<boolean> {
  const temp = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeTextFile(temp, text, { createNew: true });
    // Unlike a rename it replaces nothing.
    await Deno.link(temp, path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw cannot(`write ${name}`, error);
  } finally {
    await Deno.remove(temp).catch(() => {});
  }
}

function cannot(what: string, cause: unknown): UserError {
  return new UserError("failed", `cannot ${what}: ${systemReason(cause)}`, {
    hint: "see that the workspace can be written and nothing else writes there",
    cause,
  });
}
