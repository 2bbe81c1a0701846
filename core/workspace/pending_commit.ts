/**
 * Whether a killed session left a commit half done: then the next one must be able to write, to
 * finish it or take it back.
 *
 * @param root real path of the workspace.
 */
export function pendingCommit(root: string): boolean {
  try {
    const entries = Deno.readDirSync(`${root}/.dspy/journal`);
    return entries.some(({ name }) => name.endsWith(".json"));
  } catch {
    return false; // nothing was ever written here
  }
}
