import { UserError } from "../../core/errors.ts";
import type { SkillResult } from "../../core/program/skill.ts";
import type { ToolContext } from "../../core/tool.ts";
import type { FileChange } from "../../core/workspace/commit.ts";
import { isFile, namedPaths } from "../_named_paths.ts";
import { type TestPlan, testPlanner } from "../checks/test_planner.ts";
import { fileLocator } from "../plan/file_locator.ts";
import { fileRole } from "../plan/file_role.ts";
import { findEvidence } from "../plan/find_evidence.ts";
import { taskTerms } from "../plan/task_terms.ts";
import { applyEdits } from "./apply_edits.ts";
import { diffOfChanges } from "./_changes.ts";
import { type CodeChange, codeEdit, type CodeFile } from "./code_edit.ts";
import { patchVerifier } from "./patch_verifier.ts";
import type { PatchVerdict } from "./verify_patch.ts";

/** What a task in plain language asks of `edit`. */
export interface EditTask {
  readonly task: string;
  /** Files that may be changed; empty: those that the task is about. */
  readonly files: readonly string[];
}

/** A change worked out from a task; nothing is written yet. */
export interface TaskChange {
  readonly changes: readonly FileChange[];
  readonly written: SkillResult<CodeChange>;
  /** Undefined when there is no change. */
  readonly verdict?: PatchVerdict;
  readonly tests: TestPlan;
}

/** Files that a model is shown at most. */
const MOST_FILES = 4;
/** Larger files are not shown. Bytes. */
const MAX_BYTES = 200_000;
const MOST_HITS = 20;

/**
 * Works out a change for a task: finds the files, has the edits written, places them, judges them.
 *
 * @throws {UserError} `failed` when no file can be found for the task.
 */
export async function editByTask({ task, files }: EditTask, ctx: ToolContext): Promise<TaskChange> {
  const paths = await allPaths(ctx);
  const chosen = files.length > 0 ? files : await filesOf(task, paths, ctx);
  if (chosen.length === 0) {
    throw new UserError("failed", "no file here speaks of the task", {
      hint: "name the file in the task, or give it with --files",
    });
  }
  const shown = await Promise.all(
    chosen.slice(0, MOST_FILES).map(async (path): Promise<CodeFile> => {
      const text = await ctx.files.readText(path, { maxBytes: MAX_BYTES });
      return { path: (await ctx.files.resolve(path, "read")).path, text };
    }),
  );
  const written = await codeEdit.run({ task, files: shown }, ctx);
  const changes = await Promise.all(
    written.output.changes.map(async ({ path, edits, bytes }): Promise<FileChange> => {
      const from = await ctx.files.state(path);
      const shownText = shown.find((file) => file.path === path)?.text;
      // The edits were placed in the text that the model saw.
      if (edits.length > 0 && from.hash !== null && !sameText(from.bytes, shownText)) {
        throw new UserError("failed", `${JSON.stringify(path)} changed while the model worked`, {
          hint: "nothing was written; ask again",
        });
      }
      // From the bytes as they are: a byte order mark is no text.
      return { from, to: edits.length > 0 ? applyEdits(path, from.bytes, edits).bytes : bytes };
    }),
  );
  const changed = changes.map(({ from }) => from.path);
  const diff = diffOfChanges(changes);
  const verdict = changes.length === 0
    ? undefined
    : (await patchVerifier.run({ diff, task, ...LIMITS }, ctx)).output;
  const { output: tests } = await testPlanner.run({ changed, paths });
  return { changes, written, tests, ...verdict && { verdict } };
}

/** A person asked for it and sees it: only what is far too much is stopped. */
const LIMITS = { maxFiles: 8, maxLines: 1_000 };

function sameText(bytes: Uint8Array, text: string | undefined): boolean {
  return new TextDecoder().decode(bytes) === text;
}

async function allPaths({ files, signal }: ToolContext): Promise<string[]> {
  const paths: string[] = [];
  for await (const batch of files.walk({ signal })) paths.push(...batch.map(({ path }) => path));
  return paths.sort();
}

/** Files that the task names, else those that it is about. */
async function filesOf(
  task: string,
  paths: readonly string[],
  ctx: ToolContext,
): Promise<readonly string[]> {
  const known = new Set(paths);
  const named = namedPaths(task).flatMap((path) => {
    if (known.has(path)) return [path];
    const ending = paths.filter((each) => each.endsWith(`/${path}`));
    return ending.length === 1 ? ending : [];
  });
  if (named.length > 0) return named;
  const { files } = await findEvidence(ctx.files, paths, taskTerms(task), {
    maxFileBytes: MAX_BYTES,
    signal: ctx.signal,
  });
  const hits = files
    .filter(({ path }) => !["generated", "other"].includes(fileRole(path)))
    .slice(0, MOST_HITS)
    .map(({ path, score, lines }) => ({
      path,
      score: fileRole(path) === "source" ? score : score / 2,
      lines: lines.map(({ text }) => text),
    }));
  if (hits.length === 0) return [];
  const { output } = await fileLocator.run({ task, hits, limit: MOST_FILES }, ctx);
  const there = await Promise.all(output.files.map((path) => isFile(path, known, ctx)));
  return output.files.filter((_, i) => there[i]);
}
