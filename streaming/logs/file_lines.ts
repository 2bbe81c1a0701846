import { UserError } from "../../core/errors.ts";
import { ensureFolder, replaceStateFile } from "../../core/workspace/replace_state_file.ts";
import { checkStateFile, lstatOrNull } from "../../core/workspace/state_folder.ts";
import type { LineFiles } from "../bus/line_files.ts";

/** Bytes read at once. */
const CHUNK = 256 * 1024;
const LINE_END = 0x0a;

/**
 * Opens files of lines in a folder on disk. Several processes may append to one file; a killed one
 * loses nothing that was appended. New files are for the user alone (0600); a link in the place of
 * one is refused.
 *
 * @param folder made at the first write.
 *
 * @example
 * ```ts
 * import { openFileLines } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * const files = openFileLines(folder);
 * await files.append("a.jsonl", '{"n":1}\n{"n":2}\n');
 * assert.deepEqual(await Array.fromAsync(files.lines("a.jsonl")), ['{"n":1}', '{"n":2}']);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function openFileLines(folder: string): LineFiles {
  const pathOf = (name: string) => `${folder}/${name}`;
  const encoder = new TextEncoder();
  /** Bytes of a file as we left it: its last line is whole. */
  const sizes = new Map<string, number>();
  return {
    async append(name, text) {
      const path = pathOf(name);
      await checkStateFile(path);
      using file = await openToAppend(path) ??
        await ensureFolder(folder).then(() => openToAppend(path)) ?? missing(path);
      const { size } = await file.stat();
      const isWhole = size === sizes.get(name) || !await isCut(file, size);
      sizes.delete(name);
      let bytes = typeof text === "string" ? encoder.encode(text) : text;
      if (!isWhole) bytes = afterEnd(bytes);
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      sizes.set(name, size + bytes.length);
      return size + bytes.length;
    },
    replace: (name, text) => replaceStateFile(pathOf(name), text),
    lines: (name) => linesOf(pathOf(name)),
    async rotate(name, above, keep) {
      const path = pathOf(name);
      await checkStateFile(path);
      const opened = await orNothing(Deno.open(path, { read: true, write: true }));
      if (opened === undefined) return;
      using file = opened;
      await file.lock(true);
      // Another process may have moved it away while this one waited.
      const [ours, there] = [await file.stat(), await lstatOrNull(path)];
      if (there?.ino !== ours.ino || ours.size <= above) return;
      for (let age = keep; age > 1; age--) {
        await orNothing(Deno.rename(`${path}.${age - 1}`, `${path}.${age}`));
      }
      await Deno.rename(path, `${path}.1`);
    },
  };
}

/** Undefined when there is no folder for it. */
function openToAppend(path: string): Promise<Deno.FsFile | undefined> {
  return orNothing(Deno.open(path, { read: true, append: true, create: true, mode: 0o600 }));
}

function missing(path: string): never {
  throw new UserError("failed", `cannot write ${JSON.stringify(path)}: its folder is gone`);
}

/** The same behind the end of a line that was cut off. */
function afterEnd(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes.length + 1);
  whole[0] = LINE_END;
  whole.set(bytes, 1);
  return whole;
}

/** Whether the last line has no end. */
async function isCut(file: Deno.FsFile, size: number): Promise<boolean> {
  if (size === 0) return false;
  await file.seek(size - 1, Deno.SeekMode.Start);
  const last = new Uint8Array(1);
  return await file.read(last) === 1 && last[0] !== LINE_END;
}

async function orNothing<T>(opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  await checkStateFile(path);
  const file = await orNothing(Deno.open(path));
  if (file === undefined) return;
  using _closed = file;
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(CHUNK);
  let rest = "";
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
    const parts = (rest + decoder.decode(buffer.subarray(0, n), { stream: true })).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
