import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { defineTool, type Tool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import type { FileChange } from "../../core/workspace/commit.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import { applyEdits, type Edit, type EditProof } from "./apply_edits.ts";
import { commitSeen, diffOfChanges, keptDiff, shortDiff } from "./_changes.ts";
import { checkSeen } from "./check_seen.ts";
import { describeHashes, describeProof } from "./_describe_proof.ts";
import { missingPath } from "./_missing_path.ts";
import { planToRun, planToShow } from "./_shown_plan.ts";

// Without further words: a model reads this before each of its steps.
const replacement = z.object({
  old: z.string().describe("text in the file, enough to occur once"),
  new: z.string(),
  replaceAll: z.boolean().optional(),
});

const input = z.object({
  path: z.string().optional().describe("file to edit").meta({ model: "required" }),
  edits: z.array(replacement).optional().describe("replacements, all or none")
    .meta({ model: "required" }),
  task: z.string().optional().describe("the file to edit, or a task in plain language")
    .meta({ model: "hidden" }),
  old: z.string().optional().describe("text as it stands in the file, enough to occur once")
    .meta({ model: "hidden" }),
  new: z.string().optional().describe("text to stand there instead").meta({ model: "hidden" }),
  replaceAll: z.boolean().default(false).describe("replace every exact occurrence of --old")
    .meta({ model: "hidden" }),
  apply: z.boolean().default(false).describe("with a task: write the change, not only show it")
    .meta({ model: "hidden" }),
});

/** Input of the tool `edit`. */
export type EditInput = z.infer<typeof input>;

/** Result of the tool `edit`: null when there was no structured edit to make. */
export interface EditData {
  readonly path: string;
  /** How each edit was placed. */
  readonly proofs: readonly EditProof[];
  readonly oldHash: string;
  readonly newHash: string;
  readonly diff: string;
  /** What `undo` takes back. */
  readonly undo: string;
}

const edit: Tool<EditInput, EditData | null> = defineTool({
  name: "edit",
  summary: "Replaces text in a file: each old text must stand in one place only",
  input,
  positional: ["task"],
  examples: [
    { line: "edit src/a.ts --old 'let x' --new 'const x'", says: "one replacement" },
    { line: "edit src/a.ts --old foo --new bar --replace-all", says: "every occurrence" },
  ],
  effect: "write",
  needs(input) {
    const wanted = structured(input);
    return wanted ? { read: [wanted.path], write: [wanted.path] } : {};
  },
  async preview(input, ctx) {
    const wanted = structured(input);
    if (!wanted) return "";
    return diffOfChanges((await planToShow(ctx, input, () => plan(wanted, ctx))).changes);
  },
  async run(input, ctx) {
    const wanted = structured(input);
    if (!wanted) return withoutModel(input);
    const { changes, proofs } = await planToRun(ctx, input, () => plan(wanted, ctx));
    const [{ from: { path, hash }, to }] = changes;
    const diff = keptDiff(changes);
    const undo = await commitSeen(ctx, `edit ${path}`, changes);
    const data: EditData = { path, proofs, oldHash: hash!, newHash: await sha256(to!), diff, undo };
    return { ok: true, data, text: describe(data) };
  },
});

export default edit;

interface Wanted {
  readonly path: string;
  readonly edits: readonly Edit[];
}

/** The edits asked for, in either form; undefined for a task in plain language. */
function structured(input: EditInput): Wanted | undefined {
  const { task, path = task, edits = [], old, new: fresh, replaceAll } = input;
  if (edits.length === 0 && old === undefined && fresh === undefined) return undefined;
  if (path === undefined) {
    throw new UserError("usage", "no file to edit", { hint: "edit src/a.ts --old … --new …" });
  }
  if ((old === undefined) !== (fresh === undefined)) {
    const [given, missing] = old === undefined ? ["--new", "--old"] : ["--old", "--new"];
    throw new UserError("usage", `${given} without ${missing}`, { hint: `give ${missing}, too` });
  }
  const one = old === undefined ? [] : [{ old, new: fresh!, replaceAll }];
  return { path, edits: [...edits, ...one] };
}

interface EditPlan {
  readonly changes: readonly [FileChange];
  readonly proofs: readonly EditProof[];
}

async function plan({ path, edits }: Wanted, ctx: ToolContext): Promise<EditPlan> {
  const from = await ctx.files.state(path);
  if (from.hash === null) throw await missingPath(ctx.files, path);
  await checkSeen(ctx, from);
  const { bytes, proofs } = applyEdits(from.path, from.bytes, edits);
  return { changes: [{ from, to: bytes }], proofs };
}

function describe({ path, proofs, oldHash, newHash, diff, undo }: EditData): string {
  return [
    `edited ${path} (take back with: undo ${undo})`,
    ...proofs.map((proof, i) => `  ${describeProof(`edit ${i + 1}`, proof)}`),
    `  ${describeHashes(oldHash, newHash)}`,
    ...shortDiff(diff),
  ].join("\n");
}

function withoutModel({ task }: EditInput): ToolResult<null> {
  if (task === undefined) {
    throw new UserError("usage", "nothing to edit", {
      hint: "edit <file> --old <text> --new <text>",
    });
  }
  const text = [
    "No model is configured, and a change in plain language needs one. Without it:",
    "  edit <file> --old <text> --new <text>   replaces a text that stands in one place",
    "  patch <file>                            applies a diff",
    `  plan ${JSON.stringify(task)}   finds the files and steps for the task`,
  ].join("\n");
  return { ok: false, data: null, text };
}
