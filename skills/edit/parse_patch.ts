import { UserError } from "../../core/errors.ts";
import { parseBeginPatch } from "./_parse_begin.ts";
import { parseUnified } from "./_parse_unified.ts";
import type { Patch } from "./patch_types.ts";

/**
 * Reads a patch: a unified diff (of git, diff or a model; with `a/` and `b/` or without; CRLF) or a
 * `*** Begin Patch` block. Prose, mail headers and code fences around it are passed over.
 *
 * @throws {UserError} `refused` for binary patches, copies, links and submodules, `failed` for text
 * that holds no patch or a broken one, with the line.
 */
export function parsePatch(text: string): Patch {
  const lines = patchLines(text);
  const begin = lines.findIndex((line) => line.trim() === "*** Begin Patch");
  const patch = begin >= 0 ? parseBeginPatch(lines, begin + 1) : parseUnified(lines);
  if (patch.files.length > 0) return patch;
  throw new UserError(
    "failed",
    text.trim() === "" ? "the patch is empty" : "no patch in the text",
    {
      hint: "expected `---`, `+++` and `@@` lines, or `*** Begin Patch`",
    },
  );
}

/** When every line ends in CRLF, the patch was sent that way; else a CR belongs to its line. */
function patchLines(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  if (lines.at(-1) === "") lines.pop();
  const all = lines.every((line, i) => line.endsWith("\r") || i === lines.length - 1);
  return all ? lines.map((line) => line.replace(/\r$/, "")) : lines;
}
