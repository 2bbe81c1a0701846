import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { defineTool, type Tool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import type { FileChange } from "../../core/workspace/commit.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import { applyEdits, type Edit, type EditProof } from "./apply_edits.ts";
import { commitSeen, diffOfChanges } from "./_changes.ts";
import { missingPath } from "./_missing_path.ts";
import { checkSeen } from "./remember_seen.ts";

const input = z.object({
  task: z.string().optional().describe("the file to edit, or a task in plain language"),
  path: z.string().optional().describe("the file to edit"),
  edits: z.array(
    z.object({
      old: z.string().describe("text as it stands in the file, enough to occur once"),
      new: z.string().describe("text to stand there instead"),
      replaceAll: z.boolean().optional().describe("replace every exact occurrence"),
    }),
  ).optional().describe("replacements, all or none, as JSON"),
  old: z.string().optional().describe("text as it stands in the file, enough to occur once"),
  new: z.string().optional().describe("text to stand there instead"),
  replaceAll: z.boolean().default(false).describe("replace every exact occurrence of --old"),
  apply: z.boolean().default(false).describe("with a task: write the change, not only show it"),
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

const TIERS = ["", "exact", "but for trailing blanks", "by look-alike characters", "re-indented"];

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
    return wanted ? diffOfChanges([(await plan(wanted, ctx)).change]) : "";
  },
  async run(input, ctx) {
    const wanted = structured(input);
    if (!wanted) return withoutModel(input);
    const { change, proofs } = await plan(wanted, ctx);
    const { path, hash } = change.from;
    const diff = diffOfChanges([change]);
    const undo = await commitSeen(ctx, `edit ${path}`, [change]);
    const newHash = await sha256(change.to!);
    const data: EditData = { path, proofs, oldHash: hash!, newHash, diff, undo };
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

async function plan(
  { path, edits }: Wanted,
  ctx: ToolContext,
): Promise<{ change: FileChange; proofs: readonly EditProof[] }> {
  const from = await ctx.files.state(path);
  if (from.hash === null) throw await missingPath(ctx.files, path);
  await checkSeen(ctx, from);
  const { bytes, proofs } = applyEdits(from.path, from.bytes, edits);
  return { change: { from, to: bytes }, proofs };
}

function describe({ path, proofs, oldHash, newHash, diff, undo }: EditData): string {
  const lines = proofs.map(({ tier, count, before, after }, i) => {
    const times = count === 1 ? "" : ` and ${count - 1} more`;
    return `  edit ${i + 1}: ${TIERS[tier]}, ${span(before)} -> ${span(after)}${times}`;
  });
  return [
    `edited ${path} (take back with: undo ${undo})`,
    ...lines,
    `  all other bytes are the same (checked); sha256 ${oldHash.slice(0, 12)} -> ${
      newHash.slice(0, 12)
    }`,
    diff.trimEnd(),
  ].join("\n");
}

function span([start, end]: readonly [number, number]): string {
  return start === end ? `line ${start}` : `lines ${start}-${end}`;
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
