import type { Files } from "../../core/workspace/files.ts";

const CUT = "\n... [truncated] ...\n";

/**
 * Reads a text file, cutting the middle out of a large one: the first half of the bytes, a line
 * that says so, the last half. Broken UTF-8 becomes U+FFFD.
 *
 * @param files the files of the workspace.
 * @param path of the file.
 * @param maxBytes most bytes to read: `floor(maxBytes / 2)` from the start, the rest from the end.
 * @throws {UserError} what {@linkcode Files} throws for the path.
 */
export async function readCapped(files: Files, path: string, maxBytes: number): Promise<string> {
  const { size } = await files.info(path);
  if (size <= maxBytes) return decode(await files.readBytes(path, { range: [0, size] }));
  const first = Math.floor(maxBytes / 2);
  const last = maxBytes - first;
  const head = await files.readBytes(path, { range: [0, first] });
  const tail = await files.readBytes(path, { range: [size - last, last] });
  return decode(head) + CUT + decode(tail);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
