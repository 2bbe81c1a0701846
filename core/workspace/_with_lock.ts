import { UserError } from "../errors.ts";
import { checkStateFile, stateFolder } from "./state_folder.ts";

/** How long to wait for another session's commit, in milliseconds; a commit takes a few. */
const PATIENCE = 10_000;

/**
 * Runs one commit at a time per workspace, over all processes. The lock is the kernel's: it goes
 * with the process that holds it, however that ends.
 *
 * @throws {UserError} `failed` when another session keeps the lock for ten seconds.
 */
export async function withLock<T>(root: string, work: () => Promise<T>): Promise<T> {
  const path = `${await stateFolder(root, ".dspy")}/commit.lock`;
  await checkStateFile(path);
  using file = await Deno.open(path, { create: true, write: true, read: true, mode: 0o600 });
  const end = Date.now() + PATIENCE;
  while (!(await file.tryLock(true))) {
    if (Date.now() > end) {
      throw new UserError("failed", "another session is writing in this workspace", {
        hint: "try again when it is done",
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return await work();
}
