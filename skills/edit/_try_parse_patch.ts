import { parsePatch } from "./parse_patch.ts";
import type { Patch } from "./patch_types.ts";

/** A patch as it is, or parsed from text; text that is no patch changes no files. */
export function tryParsePatch(patch: Patch | string): Patch {
  if (typeof patch !== "string") return patch;
  try {
    return parsePatch(patch);
  } catch {
    return { format: "unified", files: [] };
  }
}
