import { UserError } from "../../core/errors.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Tool, type ToolContext } from "../../core/tool.ts";
import type { ExtractBuffer } from "../code/extract.ts";
import { textOf } from "./_changes.ts";
import { summarizePatch } from "./summarize_patch.ts";
import { unifiedDiff } from "./unified_diff.ts";

const input = (z: Zod) =>
  z.object({
    file: z.string().describe("the old file; one that is missing counts as empty")
      .meta({ short: "f" }),
    new: z.string().optional().describe("the new file; default: what `extract` cut out last"),
    unified: z.int().min(0).max(1000).default(3).describe("lines of context").meta({ short: "U" }),
    out: z.string().optional().describe(
      "also write the diff to this file, as a patch for the old file",
    ),
  });

/** Input of the tool `diff`. */
export type DiffInput = SchemaOutput<typeof input>;

/** Result of the tool `diff`. */
export interface DiffData {
  readonly diff: string;
  readonly added: number;
  readonly removed: number;
}

const diff: Tool<DiffInput, DiffData> = defineTool({
  name: "diff",
  summary: "Compares two files, or a file with what extract cut out, as a unified diff",
  input,
  positional: ["file", "new"],
  examples: [
    { line: "diff old.txt new.txt", says: "what changed" },
    { line: "diff --file a.ts --new b.ts --out fix.patch", says: "as a patch for a.ts" },
  ],
  effect: "read",
  needs: ({ file, new: fresh, out }) => ({
    read: fresh === undefined ? [file] : [file, fresh],
    ...(out !== undefined && { write: [out] }),
  }),
  propose({ paths, words }) {
    const [file, other] = paths;
    const asked = words.has("diff") || words.has("compare") || words.has("differ") ||
      words.has("difference");
    if (!asked || file === undefined || other === undefined) return undefined;
    return {
      input: { file, new: other },
      weight: 0.9,
      reason: `the request compares ${file} with ${other}`,
      completes: true,
    };
  },
  async preview(input, ctx) {
    return await compare(input, ctx);
  },
  async run(input, ctx) {
    const text = await compare(input, ctx);
    const { file } = input;
    const { added_lines: added, removed_lines: removed } = summarizePatch(text);
    const data: DiffData = { diff: text, added, removed };
    const shown = text === "" ? "(no differences)" : text.trimEnd();
    if (input.out === undefined) return { ok: true, data, text: shown };
    const from = await ctx.files.state(input.out);
    await ctx.files.commit(`diff to ${from.path}`, [{ from, to: new TextEncoder().encode(text) }]);
    return { ok: true, data, text: `${shown}\n(written to ${from.path}: a patch for ${file})` };
  },
});

export default diff;

/**
 * Each side carries its own file's name; written out as a patch, both carry the old file's, so that
 * it applies to that one.
 */
async function compare(
  { file, new: fresh, unified, out }: DiffInput,
  ctx: ToolContext,
): Promise<string> {
  const before = await textOrMissing(file, ctx);
  const after = fresh === undefined ? await extracted(ctx) : await textOrMissing(fresh, ctx);
  if (before === null && after === null) {
    throw new UserError(
      "failed",
      `neither ${JSON.stringify(file)} nor ${JSON.stringify(fresh)} exists`,
    );
  }
  const path = await nameOf(file, ctx);
  const own = fresh === undefined || out !== undefined || before === null;
  const [a, b] = [
    before === null ? "/dev/null" : `a/${path}`,
    after === null ? "/dev/null" : `b/${own ? path : await nameOf(fresh, ctx)}`,
  ];
  return unifiedDiff(before ?? "", after ?? "", a, b, unified);
}

async function nameOf(file: string, { files }: ToolContext): Promise<string> {
  return (await files.resolve(file, "write").catch(() => ({ path: file }))).path;
}

async function extracted(ctx: ToolContext): Promise<string> {
  const cut = await ctx.store.get<ExtractBuffer>("extract:buffer");
  if (cut !== undefined) return cut.text.endsWith("\n") ? cut.text : `${cut.text}\n`;
  throw new UserError("usage", "nothing to compare with: the extract buffer is empty", {
    hint: "give --new, or extract something first",
  });
}

async function textOrMissing(path: string, ctx: ToolContext): Promise<string | null> {
  const target = await ctx.files.resolve(path, "read").catch(async (error) => {
    const spot = await ctx.files.resolve(path, "write").catch(() => undefined);
    if (spot && !spot.exists) return undefined;
    throw error;
  });
  if (target === undefined) return null;
  const text = textOf(await ctx.files.readBytes(path));
  if (text !== undefined) return text;
  throw new UserError("failed", `${JSON.stringify(path)} is a binary file`, {
    hint: "only text is compared",
  });
}
