import { describeError, UserError } from "../../core/errors.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Tool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import type { FileChange } from "../../core/workspace/commit.ts";
import type { Files } from "../../core/workspace/files.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import { commitSeen, diffOfChanges, keptDiff } from "./_changes.ts";
import { describeHashes, describeProof } from "./_describe_proof.ts";
import { isAgentsWork } from "./_known.ts";
import { missingPath } from "./_missing_path.ts";
import { readPatchSync } from "./_read_patch_sync.ts";
import { recordPatch } from "./_record_patch.ts";
import { planToRun, planToShow } from "./_shown_plan.ts";
import { checkSeen } from "./check_seen.ts";
import { filesFromPatch } from "./files_from_patch.ts";
import { parsePatch } from "./parse_patch.ts";
import { type PatchPlan, type PlannedFile, planPatch } from "./plan_patch.ts";
import { reversePatch } from "./reverse_patch.ts";
import { verifyPatch } from "./verify_patch.ts";

const input = (z: Zod) =>
  z.object({
    file: z.string().optional().describe("file that holds the patch; - is standard input")
      .meta({ short: "f", stdin: "patch", model: "hidden" }),
    patch: z.string().optional().describe("the patch: *** Begin Patch, or a unified diff")
      .meta({ model: "required" }),
    dryRun: z.boolean().default(false).describe("say what would change and write nothing")
      .meta({ model: "hidden" }),
    reverse: z.boolean().default(false).describe("take the patch back")
      .meta({ short: "R", model: "hidden" }),
    allowOmission: z.boolean().default(false).describe(
      'let added lines say "... rest of code ..." (a person only)',
    ).meta({ model: "hidden" }),
  });

/** Input of the tool `patch`. */
export type PatchInput = SchemaOutput<typeof input>;

/** What became of one file. */
export interface PatchedFile extends PlannedFile {
  /** SHA-256 in hex before; null for a new file. */
  readonly oldHash: string | null;
  /** The same after; null for a deleted file. */
  readonly newHash: string | null;
}

/** Result of the tool `patch`. */
export interface PatchData {
  readonly files: readonly PatchedFile[];
  readonly added: number;
  readonly removed: number;
  /** The change as a unified diff, with the line numbers it really has. */
  readonly diff: string;
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
    { line: "patch -", says: "apply what comes on standard input" },
  ],
  effect: "write",
  needs({ file, patch, dryRun }, { root }) {
    const write = dryRun ? [] : filesFromPatch(patch ?? readPatchSync(root, file ?? ""));
    return file === undefined ? { write } : { read: [file], write };
  },
  propose({ paths, words }) {
    const file = paths.find((path) => /\.(?:patch|diff)$/.test(path));
    if (file === undefined || !(words.has("apply") || words.has("patch"))) return undefined;
    return {
      input: { file },
      weight: 0.9,
      reason: `the request names the patch ${file}`,
      completes: true,
    };
  },
  async preview(input, ctx) {
    const make = async () => await plan(input, ctx, await patchText(input, ctx.files));
    return diffOfChanges((await planToShow(ctx, input, make)).changes);
  },
  async run(input, ctx) {
    const text = await patchText(input, ctx.files);
    if (input.dryRun) return await report(await plan(input, ctx, text), null);
    try {
      const planned = await planToRun(ctx, input, () => plan(input, ctx, text));
      const names = planned.files.map(({ path }) => path).join(", ");
      const undo = await commitSeen(ctx, `patch ${names}`, planned.changes);
      const result = await report(planned, undo);
      const { added, removed } = result.data;
      const files = filesFromPatch(planned.text);
      await keep(ctx, planned.text, { files, added, removed, ok: true, undo });
      return result;
    } catch (error) {
      const files = filesFromPatch(text);
      const why = describeError(error);
      await keep(ctx, text, { files, added: 0, removed: 0, ok: false, error: why });
      throw error;
    }
  },
});

export default patch;

async function patchText({ file, patch }: PatchInput, files: Files): Promise<string> {
  if ((file === undefined) === (patch === undefined)) {
    throw new UserError("usage", "give a patch either as a file or as text", {
      hint: "patch fix.patch",
    });
  }
  if (file === undefined) return patch!;
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

/** A plan with the patch it comes from. */
interface TextPlan extends PatchPlan {
  readonly text: string;
}

async function plan(input: PatchInput, ctx: ToolContext, text: string): Promise<TextPlan> {
  const person = ctx.origin === "user";
  const parsed = parsePatch(text);
  const foreign = await isForeign(input, ctx);
  const quoted = new Set(
    parsed.files.filter(({ hunks }) => hunks.length > 0)
      .map(({ path }) => path),
  );
  const read = async (path: string) => {
    const state = await ctx.files.state(path);
    if (!(foreign && quoted.has(path))) await checkSeen(ctx, state);
    return state;
  };
  const planned = await planPatch(input.reverse ? reversePatch(parsed) : parsed, read, {
    trustNumbers: person,
    allowModes: person,
    allowOmission: person && input.allowOmission,
    missing: (path) => missingPath(ctx.files, path),
  });
  return { ...planned, text };
}

/**
 * Whether a patch lies in a file that the agent did not write in this session: then the lines it
 * quotes were read by whoever made it, and that they are still there is checked by its place.
 */
async function isForeign({ file }: PatchInput, ctx: ToolContext): Promise<boolean> {
  if (file === undefined) return false;
  const { path } = await ctx.files.resolve(file, "read");
  return !(await isAgentsWork(ctx, path));
}

async function report(
  { files: planned, changes, text }: TextPlan,
  undo: string | null,
): Promise<ToolResult<PatchData>> {
  const files = await Promise.all(planned.map((file) => withHashes(file, changes)));
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  const { reasons } = verifyPatch(text);
  const diff = keptDiff(changes);
  const data: PatchData = { files, added, removed, diff, undo, warnings: reasons };
  const count = `${files.length} ${files.length === 1 ? "file" : "files"}`;
  const head = `${undo === null ? "would patch" : "patched"} ${count}, +${added} -${removed}`;
  const lines = [
    undo === null ? head : `${head} (take back with: undo ${undo})`,
    ...files.flatMap(fileLines),
    ...reasons.map((reason) => `warning: ${reason}`),
  ];
  return { ok: true, data, text: lines.join("\n") };
}

async function withHashes(
  file: PlannedFile,
  changes: readonly FileChange[],
): Promise<PatchedFile> {
  const at = (path: string) => changes.find(({ from }) => from.path === path);
  const to = at(file.path)?.to ?? null;
  const oldHash = at(file.from ?? file.path)?.from.hash ?? null;
  return { ...file, oldHash, newHash: to && await sha256(to) };
}

function fileLines(file: PatchedFile): string[] {
  const { path, from, kind, added, removed, notes, proofs, oldHash, newHash } = file;
  const name = from === undefined ? path : `${from} -> ${path}`;
  const head = `  ${kind} ${name} +${added} -${removed}`;
  const told = [head, ...notes.map((note) => `    ${note}`)];
  if (kind !== "update" || proofs.length === 0) return told;
  return [
    ...told,
    ...proofs.map((proof, i) => `    ${describeProof(`hunk ${i + 1}`, proof)}`),
    `    ${describeHashes(oldHash, newHash)}`,
  ];
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
