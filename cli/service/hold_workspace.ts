import { UserError } from "../../core/errors.ts";
import { checkStateFile, stateFolder, systemReason } from "../../core/workspace/state_folder.ts";

/**
 * Holds a workspace for one `up`. The hold is the kernel's: it goes with the process, however that
 * ends. Where nothing can be written there is nothing to hold.
 *
 * @param warn told when nothing is held.
 * @throws {UserError} `failed` while another one holds it.
 */
export async function holdWorkspace(
  root: string,
  warn: (text: string) => void,
): Promise<Disposable> {
  const file = await openLock(root).catch((error) => {
    if (error instanceof UserError && error.kind !== "failed") throw error;
    warn(`nothing keeps a second up away: ${systemReason(error)}`);
  });
  if (file === undefined) return { [Symbol.dispose]() {} };
  if (await file.tryLock(true)) return file;
  file.close();
  throw new UserError("failed", "another up watches this workspace", {
    hint: "stop that one, or look at its status page; worker and serve run beside it",
  });
}

async function openLock(root: string): Promise<Deno.FsFile> {
  const path = `${await stateFolder(root, ".dspy")}/up.lock`;
  await checkStateFile(path);
  return await Deno.open(path, { create: true, write: true, read: true, mode: 0o600 });
}
