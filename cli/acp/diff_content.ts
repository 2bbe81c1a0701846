import type { ToolCallContent } from "@agentclientprotocol/sdk";
import { resolvePath } from "../../core/workspace/resolve_path.ts";
import { parsePatch } from "../../skills/edit/parse_patch.ts";
import type { FilePatch, PatchHunk } from "../../skills/edit/patch_types.ts";

/**
 * A unified diff as an editor shows it: one block for each hunk, with the text before and after.
 *
 * @param root of the workspace: editors want absolute paths.
 * @returns undefined for text that is no diff, or one that cannot be shown whole this way.
 */
export function diffContent(diff: string, root: string): ToolCallContent[] | undefined {
  // Prose around a diff would be lost.
  if (!/^(?:--- |diff --git )/.test(diff)) return undefined;
  try {
    const { files } = parsePatch(diff);
    // A rename, or a file without hunks, has more to it than texts.
    if (files.some(({ hunks, to }) => hunks.length === 0 || to !== undefined)) return undefined;
    return files.flatMap((file) => file.hunks.map((hunk) => blockOf(file, hunk, root)));
  } catch {
    return undefined;
  }
}

function blockOf({ kind, path }: FilePatch, hunk: PatchHunk, root: string): ToolCallContent {
  return {
    type: "diff",
    path: resolvePath(root, path),
    oldText: kind === "create" ? null : sideOf(hunk, "-", hunk.oldNoEnd),
    newText: sideOf(hunk, "+", hunk.newNoEnd),
  };
}

function sideOf({ lines }: PatchHunk, sign: "-" | "+", noEnd: boolean): string {
  const side = lines.filter((line) => line.sign === " " || line.sign === sign);
  const text = side.map((line) => line.text).join("\n");
  return side.length === 0 || noEnd ? text : `${text}\n`;
}
