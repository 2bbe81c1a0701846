import { UserError } from "../../core/errors.ts";
import { checkStateFile, stateFolder } from "../../core/workspace/state_folder.ts";

/**
 * Holds a workspace for one `up`. The hold is the kernel's: it goes with the process, however that
 * ends.
 *
 * @throws {UserError} `failed` while another one holds it.
 */
export async function holdWorkspace(root: string): Promise<Disposable> {
  const path = `${await stateFolder(root, ".dspy")}/up.lock`;
  await checkStateFile(path);
  const file = await Deno.open(path, { create: true, write: true, read: true, mode: 0o600 });
  if (await file.tryLock(true)) return file;
  file.close();
  throw new UserError("failed", "another up watches this workspace", {
    hint: "stop that one, or look at its status page; worker and serve run beside it",
  });
}
