/** Where the store of a workspace is. */
export function storePath(root: string): string {
  return `${root}/.dspy/store.db`;
}
