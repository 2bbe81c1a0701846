import { fitsAgain } from "./_fits_again.ts";
import type { PatchHunk } from "./patch_types.ts";

/** What the context of a hunk says about the file's ends. */
export interface HunkBounds {
  /** Whether the file begins with the hunk. */
  readonly begins: boolean;
  /** Whether the file ends with it. */
  readonly ends: boolean;
}

/**
 * Reads from a hunk whose counts are right whether the file begins or ends with it: a tool gives as
 * many lines of context on both sides, unless the file has no more.
 *
 * Only of hunks that still fit once they are applied: there it tells the second time from the first.
 * Others fit once anyway, and may go where the file has grown.
 */
export function hunkBounds({ lines, counted, start }: PatchHunk): HunkBounds {
  if (!counted || !fitsAgain(lines)) return { begins: false, ends: false };
  const above = lines.findIndex(({ sign }) => sign !== " ");
  const below = lines.length - 1 - lines.findLastIndex(({ sign }) => sign !== " ");
  return { begins: above < below && start === 1, ends: below < above };
}
