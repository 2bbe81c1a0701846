import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { checkStateFile } from "../workspace/state_folder.ts";

/**
 * Appends a value as one line of JSON, with one write, so that lines of several processes do not
 * mix. A line that a crash cut off stays a line of its own. Makes file (0600) and folder.
 *
 * @throws {UserError} `refused` when the file is a link.
 */
export async function appendJsonLine(path: string, value: unknown): Promise<void> {
  await checkStateFile(path);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, "a+", 0o600);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(new Uint8Array(1), 0, 1, Math.max(0, size - 1));
    const cut = bytesRead === 1 && buffer[0] !== 0x0a;
    await file.write(`${cut ? "\n" : ""}${JSON.stringify(value)}\n`);
  } finally {
    await file.close();
  }
}

/** Options of {@linkcode readJsonLines}. */
export interface JsonLinesOptions<T> {
  /** Checks and types each line, and throws for what does not fit: any zod schema does. */
  readonly schema: { parse(value: unknown): T };
}

/**
 * Reads a file of JSON lines. Lines that are broken, as the last one after a crash, or do not fit
 * the schema are left out.
 *
 * @returns oldest first; empty when there is no file.
 */
export async function readJsonLines<T>(
  path: string,
  { schema }: JsonLinesOptions<T>,
): Promise<T[]> {
  await checkStateFile(path);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return "";
  });
  const values: T[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    try {
      values.push(schema.parse(JSON.parse(line)));
    } catch {
      // Left out; see above.
    }
  }
  return values;
}
