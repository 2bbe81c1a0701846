/** Writes a new file and waits until its bytes are on disk. The file must not exist. */
export async function createDurable(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const file = await Deno.open(path, { createNew: true, write: true, mode });
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } finally {
    file.close();
  }
}

/** Waits until the names in a folder are on disk, where the system can do that. */
export async function syncFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using handle = await Deno.open(folder);
  await handle.sync();
}
