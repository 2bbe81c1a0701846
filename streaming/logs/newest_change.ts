import { join } from "node:path";

/**
 * When something below a folder was changed last: what `SparkCheckpointMonitor` asks for.
 *
 * @returns milliseconds since the epoch; undefined when there is no such folder or no file in it.
 *
 * @example
 * ```ts
 * import { newestChange } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await newestChange("no/such/folder"), undefined);
 * ```
 */
export async function newestChange(folder: string): Promise<number | undefined> {
  let newest: number | undefined;
  for await (const path of filesBelow(folder)) {
    // A file may be gone again: Spark replaces its own all the time.
    const changed = await Deno.stat(path).then(({ mtime }) => mtime?.getTime(), () => undefined);
    if (changed !== undefined && !(newest !== undefined && newest >= changed)) newest = changed;
  }
  return newest;
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  try {
    for await (const entry of Deno.readDir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory) yield* filesBelow(path);
      else if (entry.isFile) yield path;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
}
