/**
 * The files of one workspace: reading behind the path guard, walking with ignore files, writing
 * several files all or none, and taking that back. Each file's bytes from before a commit are kept
 * in `.dspy/undo` of the workspace.
 *
 * @example Change two files at once, and take it back
 * ```ts
 * import { openFiles } from "@dspy/code/core/workspace";
 * import assert from "node:assert/strict";
 *
 * const files = openFiles(await Deno.makeTempDir());
 * const changes = await Promise.all(["a.txt", "b.txt"].map(async (path) => ({
 *   from: await files.state(path),
 *   to: new TextEncoder().encode(`I am ${path}\n`),
 * })));
 * await files.commit("two notes", changes);
 * assert.equal(await files.readText("b.txt"), "I am b.txt\n");
 * await files.undo();
 * assert.equal((await files.resolve("b.txt", "write")).exists, false);
 * await Deno.remove(files.root, { recursive: true });
 * ```
 *
 * @module
 */
export { openWorkspace, type Workspace, type WorkspaceOptions } from "./workspace.ts";
export { type FilesOptions, openFiles } from "./open_files.ts";
export type { Access, FileInfo, FileReadOptions, Files, GuardedPath } from "./files.ts";
export { walk, type WalkEntry, type WalkOptions } from "./walk.ts";
export { compileIgnore, type IgnoreRules } from "./gitignore.ts";
export type { FileChange, FileState } from "./commit.ts";
export { changedLines, type LineSpan } from "./changed_lines.ts";
export type { Recovery } from "./recover.ts";
export type { UndoOutcome, UndoTarget } from "./undo.ts";
export { isUndone, type Side, type UndoFile, type UndoRecord } from "./undo_record.ts";
