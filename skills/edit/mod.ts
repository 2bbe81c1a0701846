/**
 * The edit engine: patches are read, placed by content and worked out in memory; edits replace
 * texts; diffs are made. Nothing here writes: {@linkcode planPatch} gives the changes that
 * `Files.commit` of `@dspy/code/core/workspace` makes, all or none. The skills `codeEdit` and
 * `patchVerifier` have a model write and judge edits.
 *
 * @example Make a diff of two texts, and apply it to one that has moved on
 * ```ts
 * import { applyHunks, parsePatch, unifiedDiff } from "@dspy/code/skills/edit";
 * import assert from "node:assert/strict";
 *
 * const diff = unifiedDiff("one\ntwo\nthree\n", "one\n2\nthree\n", "a.txt", "a.txt");
 * const [file] = parsePatch(diff).files;
 * const { text, notes } = applyHunks("a.txt", "zero\none\ntwo\nthree\n", file!.hunks);
 * assert.equal(text, "zero\none\n2\nthree\n");
 * assert.deepEqual(notes, ["hunk 1: found 1 lines below"]);
 * ```
 *
 * @module
 */
export {
  applyEdits,
  type Edit,
  type EditedFile,
  type EditProof,
  type Tier,
} from "./apply_edits.ts";
export {
  applyHunks,
  type ApplyHunksOptions,
  type HunkProof,
  type PatchedText,
} from "./apply_hunks.ts";
export {
  type ChangedFile,
  type CodeChange,
  codeEdit,
  type CodeEditInput,
  type CodeFile,
} from "./code_edit.ts";
export { filesFromPatch } from "./files_from_patch.ts";
export { parsePatch } from "./parse_patch.ts";
export { type FileEdits, parseSearchReplace } from "./parse_search_replace.ts";
export type { FilePatch, Patch, PatchHunk, PatchLine } from "./patch_types.ts";
export {
  type PatchPlan,
  type PlannedFile,
  planPatch,
  type PlanPatchOptions,
  type ReadFileState,
} from "./plan_patch.ts";
export { reversePatch } from "./reverse_patch.ts";
export { patchVerifier, type VerifyInput } from "./patch_verifier.ts";
export { type PatchSummary, summarizePatch } from "./summarize_patch.ts";
export { unifiedDiff } from "./unified_diff.ts";
export { type PatchVerdict, verifyPatch, type VerifyPatchOptions } from "./verify_patch.ts";
