import { UserError } from "../errors.ts";
import { folderOf } from "../workspace/path_parts.ts";
import { ensureFolder } from "../workspace/replace_state_file.ts";
import { pause } from "../pause.ts";
import { readStateFile, type StateFileOptions, writeStateFile } from "./state_file.ts";

/** How long to wait for another process's update, in milliseconds; one takes a few. */
const PATIENCE = 5_000;

/**
 * Changes a JSON state file: reads it, lets `change` make the new value, writes that. Updates of
 * several processes come one after the other, so none is lost. (On Windows, which cannot lock a
 * folder, two at the very same time can be.)
 *
 * @param change gets undefined when there is no file, or no readable one.
 * @returns the new value.
 * @throws {UserError} as {@linkcode readStateFile} and {@linkcode writeStateFile}, and `failed` when
 * another process keeps the lock for five seconds.
 */
export async function updateStateFile<T>(
  path: string,
  change: (old: T | undefined) => T,
  options: StateFileOptions<T>,
): Promise<T> {
  await ensureFolder(folderOf(path));
  using _lock = await lockFolder(folderOf(path));
  const value = change(await readStateFile(path, options));
  await writeStateFile(path, value);
  return value;
}

/** The kernel's lock: it goes with the process that holds it, and leaves no file behind. */
async function lockFolder(folder: string): Promise<Disposable | undefined> {
  if (Deno.build.os === "windows") return undefined;
  const handle = await Deno.open(folder);
  const end = Date.now() + PATIENCE;
  while (!(await handle.tryLock(true))) {
    if (Date.now() > end) {
      handle.close();
      throw new UserError("failed", `another session keeps ${folder} locked`, {
        hint: "try again when it is done",
      });
    }
    await pause(5 + Math.random() * 10);
  }
  return handle;
}
