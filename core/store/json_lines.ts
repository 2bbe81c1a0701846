import { folderOf } from "../workspace/path_parts.ts";
import { ensureFolder } from "../workspace/replace_state_file.ts";
import { checkStateFile } from "../workspace/state_folder.ts";

/**
 * Appends a value as one line of JSON, with one write, so that lines of several processes do not
 * mix. A line that a crash cut off stays a line of its own. Makes file (0600) and folder.
 *
 * @throws {UserError} `refused` when the file is a link.
 */
export async function appendJsonLine(path: string, value: unknown): Promise<void> {
  await checkStateFile(path);
  await ensureFolder(folderOf(path));
  using file = await Deno.open(path, { read: true, append: true, create: true, mode: 0o600 });
  const line = `${await isCut(file) ? "\n" : ""}${JSON.stringify(value)}\n`;
  await file.write(new TextEncoder().encode(line));
}

/** Whether the last line has no end. */
async function isCut(file: Deno.FsFile): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const last = new Uint8Array(1);
  await file.seek(size - 1, Deno.SeekMode.Start);
  return await file.read(last) === 1 && last[0] !== 0x0a;
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
  const text = await Deno.readTextFile(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
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
