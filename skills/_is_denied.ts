import { UserError } from "../core/errors.ts";
import type { Files } from "../core/workspace/files.ts";

/** Whether the guard denies a file that another program has read, whatever name it gave. */
export async function isDenied(files: Files, path: string): Promise<boolean> {
  try {
    await files.resolve(path, "read");
    return false;
  } catch (error) {
    return error instanceof UserError && error.kind === "refused";
  }
}

/** What a result says of the denied files that are not in it: a line of its own, or none. */
export function leftOut(count: number): string[] {
  return count > 0 ? [`(${count} denied file${count === 1 ? "" : "s"} left out)`] : [];
}
