import { z } from "zod";
import { describeError, UserError } from "../../core/errors.ts";
import { defineTool, type Tool, type ToolContext } from "../../core/tool.ts";
import type { Files } from "../../core/workspace/files.ts";
import { commitSeen, diffOfChanges } from "./_changes.ts";
import { readPatchSync } from "./_read_patch_sync.ts";
import { recordPatch } from "./_record_patch.ts";
import { filesFromPatch } from "./files_from_patch.ts";
import { parsePatch } from "./parse_patch.ts";
import { type PatchPlan, type PlannedFile, planPatch } from "./plan_patch.ts";
import { checkSeen } from "./remember_seen.ts";
import { reversePatch } from "./reverse_patch.ts";
import { verifyPatch } from "./verify_patch.ts";

const input = z.object({
  file: z.string().optional().describe("file that holds the patch").meta({ short: "f" }),
  text: z.string().optional().describe("the patch itself: a unified diff or *** Begin Patch"),
  dryRun: z.boolean().default(false).describe("say what would change and write nothing"),
  reverse: z.boolean().default(false).describe("take the patch back").meta({ short: "R" }),
  allowOmission: z.boolean().default(false).describe(
    'let added lines say "... rest of code ..." (a person only)',
  ),
});

/** Input of the tool `patch`. */
export type PatchInput = z.infer<typeof input>;

/** Result of the tool `patch`. */
export interface PatchData {
  readonly files: readonly PlannedFile[];
  readonly added: number;
  readonly removed: number;
  /** What `undo` takes back; null after a dry run. */
  readonly undo: string | null;
  /** What a verifier would object to. */
  readonly warnings: readonly string[];
}

const patch: Tool<PatchInput, PatchData> = defineTool({
  name: "patch",
  summary: "Applies a patch to all its files, or to none",
  input,
  positional: ["file"],
  examples: [
    { line: "patch fix.patch", says: "apply it" },
    { line: "patch fix.patch --dry-run", says: "see what it would change" },
    { line: "patch fix.patch --reverse", says: "take it back" },
  ],
  effect: "write",
  needs({ file, text, dryRun }, { root }) {
    const write = dryRun ? [] : filesFromPatch(text ?? readPatchSync(root, file ?? ""));
    return file === undefined ? { write } : { read: [file], write };
  },
  propose({ paths, words }) {
    const file = paths.find((path) => /\.(?:patch|diff)$/.test(path));
    if (file === undefined || !(words.has("apply") || words.has("patch"))) return undefined;
    return {
      input: input.parse({ file }),
      weight: 0.9,
      reason: `the request names the patch ${file}`,
      completes: true,
    };
  },
  async preview(input, ctx) {
    return diffOfChanges((await plan(input, ctx, await patchText(input, ctx.files))).changes);
  },
  async run(input, ctx) {
    const text = await patchText(input, ctx.files);
    if (input.dryRun) return report(await plan(input, ctx, text), text, null);
    try {
      const planned = await plan(input, ctx, text);
      const names = planned.files.map(({ path }) => path).join(", ");
      const undo = await commitSeen(ctx, `patch ${names}`, planned.changes);
      const result = report(planned, text, undo);
      const { added, removed } = result.data;
      await keep(ctx, text, { files: filesFromPatch(text), added, removed, ok: true, undo });
      return result;
    } catch (error) {
      const files = filesFromPatch(text);
      await keep(ctx, text, {
        files,
        added: 0,
        removed: 0,
        ok: false,
        error: describeError(error),
      });
      throw error;
    }
  },
});

export default patch;

async function patchText({ file, text }: PatchInput, files: Files): Promise<string> {
  if ((file === undefined) === (text === undefined)) {
    throw new UserError("usage", "give a patch either as a file or as text", {
      hint: "patch fix.patch",
    });
  }
  if (file === undefined) return text!;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(await files.readBytes(file));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UserError("failed", `${JSON.stringify(file)} is no text`, {
      hint: "a patch is UTF-8 text; binary patches are not applied",
    });
  }
}

async function plan(input: PatchInput, ctx: ToolContext, text: string): Promise<PatchPlan> {
  const person = ctx.origin === "user";
  const parsed = parsePatch(text);
  const planned = await planPatch(
    input.reverse ? reversePatch(parsed) : parsed,
    (path) => ctx.files.state(path),
    { trustNumbers: person, allowModes: person, allowOmission: person && input.allowOmission },
  );
  for (const { from } of planned.changes) await checkSeen(ctx, from);
  return planned;
}

function report({ files }: PatchPlan, text: string, undo: string | null) {
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  const { reasons } = verifyPatch(text);
  const data: PatchData = { files, added, removed, undo, warnings: reasons };
  const count = `${files.length} ${files.length === 1 ? "file" : "files"}`;
  const head = `${undo === null ? "would patch" : "patched"} ${count}, +${added} -${removed}`;
  const lines = [
    undo === null ? head : `${head} (take back with: undo ${undo})`,
    ...files.flatMap(fileLines),
    ...reasons.map((reason) => `warning: ${reason}`),
  ];
  return { ok: true, data, text: lines.join("\n") };
}

function fileLines({ path, from, kind, added, removed, notes }: PlannedFile): string[] {
  const name = from === undefined ? path : `${from} -> ${path}`;
  return [`  ${kind} ${name} +${added} -${removed}`, ...notes.map((note) => `    ${note}`)];
}

/** The history is a help, not a condition: a patch that was applied stays applied without it. */
async function keep(
  ctx: ToolContext,
  text: string,
  attempt: Parameters<typeof recordPatch>[2],
): Promise<void> {
  await recordPatch(ctx.workspace.root, text, attempt).catch((error) => {
    ctx.progress({ text: `not kept in .dspy_patches: ${describeError(error)}` });
  });
}
