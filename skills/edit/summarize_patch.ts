import { filesFromPatch } from "./files_from_patch.ts";
import { tryParsePatch } from "./_try_parse_patch.ts";
import type { Patch } from "./patch_types.ts";

/** What a patch touches, in numbers. */
export interface PatchSummary {
  /** Names it touches, old and new. */
  readonly files: number;
  /** Lines that begin with `+`. */
  readonly added_lines: number;
  /** Lines that begin with `-`. */
  readonly removed_lines: number;
}

/**
 * Counts what a patch changes.
 *
 * @param patch parsed, or its text; text that is no patch counts zero.
 */
export function summarizePatch(patch: Patch | string): PatchSummary {
  const lines = tryParsePatch(patch).files.flatMap(({ hunks }) =>
    hunks.flatMap((hunk) => hunk.lines)
  );
  return {
    files: filesFromPatch(patch).length,
    added_lines: lines.filter(({ sign }) => sign === "+").length,
    removed_lines: lines.filter(({ sign }) => sign === "-").length,
  };
}
