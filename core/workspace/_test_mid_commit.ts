import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** What a commit in progress leaves on the disk: staged bytes first, then its journal. */
export type CommitSign = "staged" | "journal";

/** The journals below a workspace; none when nothing was ever written. */
export function journals(root: string): string[] {
  return namesIn(join(root, ".dspy", "journal"));
}

/** Whether a commit in this workspace is under way, or was when its process ended. */
export function isMidCommit(root: string, sign: CommitSign): boolean {
  return sign === "journal"
    ? journals(root).some((name) => name.endsWith(".json"))
    : namesIn(root).some((name) => name.startsWith(".dspy-tmp-"));
}

/**
 * Waits until a commit shows on the disk. It looks without a break for some milliseconds at a time,
 * as a commit of a few files is over in that time.
 *
 * @param isOver tells that no more commit will come.
 */
export async function untilMidCommit(
  root: string,
  sign: CommitSign,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const until = performance.now() + 10;
    while (performance.now() < until) if (isMidCommit(root, sign)) return;
    await setTimeout(0);
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}
