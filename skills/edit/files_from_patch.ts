import { tryParsePatch } from "./_try_parse_patch.ts";
import type { Patch } from "./patch_types.ts";

/**
 * The files a patch touches, under their old and new names.
 *
 * @param patch parsed, or its text; text that is no patch touches none.
 * @returns sorted, without prefixes, each once.
 */
export function filesFromPatch(patch: Patch | string): string[] {
  const names = tryParsePatch(patch).files.flatMap(({ path, to }) =>
    to === undefined ? [path] : [path, to]
  );
  return [...new Set(names)].sort();
}
