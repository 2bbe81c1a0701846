import { UserError } from "../../core/errors.ts";
import type { FilePatch, Patch, PatchHunk, PatchLine } from "./patch_types.ts";

/**
 * The patch that takes another one back.
 *
 * @throws {UserError} `failed` when the patch deletes a file without saying what was in it.
 */
export function reversePatch(patch: Patch): Patch {
  return { ...patch, files: patch.files.map(reverseFile).reverse() };
}

function reverseFile(file: FilePatch): FilePatch {
  const { path, to, executable, hunks } = file;
  if (file.kind === "delete" && hunks.length === 0) {
    throw new UserError("failed", `the patch does not hold the lines of ${JSON.stringify(path)}`, {
      hint: "`undo` can bring back what a patch deleted here",
    });
  }
  const kinds = { create: "delete", delete: "create", update: "update" } as const;
  return {
    kind: kinds[file.kind],
    path: to ?? path,
    hunks: hunks.map(reverseHunk),
    ...(file.otherwise !== undefined && to === undefined && { otherwise: file.otherwise }),
    ...(to !== undefined && { to: path }),
    ...(executable !== undefined && file.kind === "update" && { executable: !executable }),
  };
}

function reverseHunk(hunk: PatchHunk): PatchHunk {
  const signs = { "+": "-", "-": "+", " ": " " } as const;
  const { start, ...rest } = hunk;
  const lines = hunk.lines.map(({ sign, text }): PatchLine => ({ sign: signs[sign], text }));
  const noEnds = { oldNoEnd: hunk.newNoEnd, newNoEnd: hunk.oldNoEnd };
  // Only the first line has the same number on both sides.
  return { ...rest, ...start === 1 && { start }, lines, ...noEnds };
}
