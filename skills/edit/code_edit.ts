import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { sig } from "../../core/program/signature.ts";
import { defineSkill, type Skill, type SkillContext } from "../../core/program/skill.ts";
import { applyEdits, type Edit, type EditProof } from "./apply_edits.ts";
import { editsByRule } from "./_edits_by_rule.ts";
import { focusText } from "./_focus_text.ts";

/** A file as it is now. */
export interface CodeFile {
  /** Relative to the root. */
  readonly path: string;
  /** All of it. */
  readonly text: string;
}

/** Input of {@linkcode codeEdit}. */
export interface CodeEditInput {
  /** What is to be changed, in plain words. */
  readonly task: string;
  /** The files that may be changed, nearest to the task first. */
  readonly files: readonly CodeFile[];
}

/** What becomes of one file. */
export interface ChangedFile {
  /** Relative to the root. */
  readonly path: string;
  /** For `applyEdits`, in their order; empty for a new file. */
  readonly edits: readonly Edit[];
  /** How each edit was placed; empty for a new file. */
  readonly proofs: readonly EditProof[];
  /** All bytes of the file as it will be. */
  readonly bytes: Uint8Array;
}

/** What {@linkcode codeEdit} gives; nothing is written. */
export interface CodeChange {
  /** Why it is done so. */
  readonly rationale: string;
  /** What changes; empty when the rules know no way. */
  readonly changes: readonly ChangedFile[];
}

/**
 * Writes the edits of a task. Each one is placed by {@linkcode applyEdits}; what has no certain place
 * is told to the model once. By rules: `rename A to B` and `replace "a" with "b"`, nothing else.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import { codeEdit } from "@dspy/code/skills/edit";
 * import assert from "node:assert/strict";
 *
 * const lm = scriptedLM([JSON.stringify({
 *   rationale: "One constant.",
 *   edits: [{ path: "a.ts", old: "const LIMIT = 10;", new: "const LIMIT = 50;" }],
 * })]);
 * const files = [{ path: "a.ts", text: "const LIMIT = 10;\nexport { LIMIT };\n" }];
 * const input = { task: "raise the limit to 50", files };
 * const { output } = await codeEdit.run(input, { lm: () => Promise.resolve(lm) });
 * const [change] = output.changes;
 * assert.equal(new TextDecoder().decode(change!.bytes), "const LIMIT = 50;\nexport { LIMIT };\n");
 * ```
 */
export const codeEdit: Skill<CodeEditInput, CodeChange> = defineSkill({
  name: "code_edit",
  signature: sig(
    {
      task: z.string().describe("what is to be changed"),
      files: z.string().describe("each file after a line with its path"),
      problem: z.string().optional().describe("why the last edits could not be placed"),
    },
    {
      rationale: z.string().describe("what is changed and why, one or two sentences"),
      edits: z.array(z.object({
        path: z.string().describe("path of the file, copied"),
        old: z.string().describe("whole lines copied from the file, enough to occur once"),
        new: z.string().describe("the lines to stand there instead"),
      })),
    },
    "Change the files as the task asks, and nothing else. Copy `old` from the file exactly, with " +
      "its indentation; keep it short. To add lines, repeat the line above them in `old` and " +
      "`new`. Lines that say how many are left out are not in the file. Write `new` in full: no " +
      "`...`, no comment that code is left out. For a new file leave `old` empty.",
  ),
  maxTokens: 4_000,
  give: ({ task, files }: CodeEditInput, room) => ({
    task: task.slice(0, Math.floor(room / 4)),
    files: shown(files, task, Math.floor(room * 3 / 4)),
  }),
  async accept({ rationale, edits }, { files }, ctx): Promise<CodeChange> {
    if (edits.length === 0) throw new UserError("failed", "it has no edits");
    const byFile = Map.groupBy(edits, ({ path }) => meant(path, files));
    const changes: ChangedFile[] = [];
    for (const [path, list] of byFile) changes.push(await changed(path, list, files, ctx));
    return { rationale: rationale.trim(), changes };
  },
  local({ task, files }) {
    const encoder = new TextEncoder();
    const changes = files.flatMap(({ path, text }): ChangedFile[] => {
      const edits = editsByRule(task, text);
      if (edits.length === 0) return [];
      return [{ path, edits, ...applyEdits(path, encoder.encode(text), edits) }];
    });
    return { rationale: changes.length > 0 ? "As the task says, word for word." : "", changes };
  },
});

/** The nearest files have most room. */
function shown(files: readonly CodeFile[], task: string, room: number): string {
  let left = room;
  const parts: string[] = [];
  for (const { path, text } of files) {
    const head = `=== ${path} ===\n`;
    if (left < head.length + 200) break;
    const part = head + focusText(text, task, left - head.length);
    parts.push(part);
    left -= part.length + 1;
  }
  return parts.join("\n");
}

/** Models leave out folders or put `./` before them. */
function meant(path: string, files: readonly CodeFile[]): string {
  const bare = path.trim().replace(/^(?:\.\/|[ab]\/(?=.*\/))/, "");
  if (files.some((file) => file.path === bare)) return bare;
  const ending = files.filter((file) => file.path.endsWith(`/${bare}`));
  if (ending.length === 1) return ending[0]!.path;
  return bare === "" && files.length === 1 ? files[0]!.path : bare;
}

async function changed(
  path: string,
  edits: readonly Edit[],
  files: readonly CodeFile[],
  ctx: SkillContext,
): Promise<ChangedFile> {
  const encoder = new TextEncoder();
  const file = files.find((file) => file.path === path);
  if (file !== undefined) {
    return { path, edits, ...applyEdits(path, encoder.encode(file.text), edits) };
  }
  const [first] = edits;
  const isThere = await ctx.files?.info(path).then(() => true, () => false) ?? false;
  if (edits.length === 1 && first!.old === "" && first!.new !== "" && !isThere && path !== "") {
    const text = first!.new.endsWith("\n") ? first!.new : `${first!.new}\n`;
    return { path, edits: [], proofs: [], bytes: encoder.encode(text) };
  }
  throw new UserError("failed", `${JSON.stringify(path)} is none of the files that were shown`, {
    hint: `they are ${files.map((file) => file.path).join(", ")}`,
  });
}
