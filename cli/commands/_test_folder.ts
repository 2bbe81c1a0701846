/** For tests: runs one in a new empty folder, given by its real path and removed afterwards. */
export async function inFolder(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
