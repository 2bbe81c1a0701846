import { leftJournals } from "./_journal.ts";

/**
 * Whether a killed session of ours left a commit half done: only then does the next one need the
 * right to write, whatever journals came with the workspace.
 *
 * @param root real path of the workspace.
 * @param key under which the journals of this workspace were sealed: 32 bytes in hex.
 */
export async function ownCommitPending(root: string, key: string): Promise<boolean> {
  // What cannot be looked at is not ours: the session says what is wrong with it.
  const left = await leftJournals(root, key).catch(() => undefined);
  return left !== undefined && left.journals.length > 0;
}
