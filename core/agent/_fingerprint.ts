import type { Files } from "../workspace/files.ts";
import { sha256 } from "../workspace/sha256.ts";

/** More files than this are not looked at: then a result is cheaper to make again. */
const MOST_FILES = 2_000;

/**
 * The state of files and of all files below folders: it changes when one of them does, appears or
 * goes.
 *
 * @returns undefined when a path cannot be read or there are too many files.
 */
export async function fingerprint(
  files: Files,
  paths: readonly string[],
): Promise<string | undefined> {
  const lines: string[] = [];
  let seen = 0;
  try {
    for (const path of paths) {
      const start = await files.info(path);
      lines.push(`${path}\0${start.size}\0${start.mtime}`);
      if (start.kind === "file") continue;
      for await (const batch of files.walk({ path })) {
        seen += batch.length;
        if (seen > MOST_FILES) return undefined;
        for (const entry of batch) {
          const { size, mtime } = await files.info(entry.path);
          lines.push(`${entry.path}\0${size}\0${mtime}`);
        }
      }
    }
  } catch {
    return undefined;
  }
  return await sha256(new TextEncoder().encode(lines.join("\n")));
}
