import { UserError } from "../../core/errors.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Tool, type ToolContext } from "../../core/tool.ts";
import type { FileChange } from "../../core/workspace/commit.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import type { ExtractBuffer } from "../code/extract.ts";
import { commitSeen, diffOfChanges, keptDiff, shortDiff } from "./_changes.ts";
import { checkSeen } from "./check_seen.ts";
import { isKnown } from "./_known.ts";
import { omissionLine } from "./_omission.ts";
import { planToRun, planToShow } from "./_shown_plan.ts";

const input = (z: Zod) =>
  z.object({
    path: z.string().describe("file to write"),
    content: z.string().optional().describe("all of its text; default: what `extract` cut out last")
      .meta({ model: "required" }),
    force: z.boolean().default(false).describe("replace a file that exists (a person only)")
      .meta({ model: "hidden" }),
  });

/** Input of the tool `write`. */
export type WriteInput = SchemaOutput<typeof input>;

/** Result of the tool `write`. */
export interface WriteData {
  readonly path: string;
  readonly created: boolean;
  /** Bytes written. */
  readonly bytes: number;
  /** SHA-256 in hex before; null for a new file. */
  readonly oldHash: string | null;
  readonly newHash: string;
  /** What changed; of a new file all of it. */
  readonly diff: string;
  /** What `undo` takes back. */
  readonly undo: string;
}

const write: Tool<WriteInput, WriteData> = defineTool({
  name: "write",
  summary: "Writes a new file, or replaces one that was read: a text, or what extract cut out",
  input,
  positional: ["path"],
  examples: [
    { line: "write notes.txt --content 'first line'", says: "a new file" },
    { line: "write part.ts", says: "what extract cut out last" },
  ],
  effect: "write",
  needs: ({ path }) => ({ write: [path] }),
  preview: async (input, ctx) =>
    diffOfChanges((await planToShow(ctx, input, () => plan(input, ctx))).changes),
  async run(input, ctx) {
    const { changes } = await planToRun(ctx, input, () => plan(input, ctx));
    const [{ from: { path, hash }, to }] = changes;
    const undo = await commitSeen(ctx, `write ${path}`, changes);
    const data: WriteData = {
      path,
      created: hash === null,
      bytes: to!.length,
      oldHash: hash,
      newHash: await sha256(to!),
      diff: keptDiff(changes),
      undo,
    };
    return { ok: true, data, text: describe(data) };
  },
});

export default write;

function describe({ path, created, bytes, oldHash, newHash, diff, undo }: WriteData): string {
  const head = `${created ? "wrote" : "replaced"} ${path}, ${bytes} bytes`;
  const lines = [`${head} (take back with: undo ${undo})`];
  if (oldHash !== null) {
    lines.push(`  sha256 ${oldHash.slice(0, 12)} -> ${newHash.slice(0, 12)}`, ...shortDiff(diff));
  }
  return lines.join("\n");
}

async function plan(
  input: WriteInput,
  ctx: ToolContext,
): Promise<{ readonly changes: readonly [FileChange] }> {
  const from = await ctx.files.state(input.path);
  const content = input.content ?? await buffer(ctx);
  if (from.hash !== null) {
    await checkOverwrite(input, ctx, from);
    const omitted = omissionLine(content, new TextDecoder().decode(from.bytes));
    if (ctx.origin === "agent" && omitted !== undefined) {
      throw new UserError("failed", `the content leaves text out (${JSON.stringify(omitted)})`, {
        hint: "write the file in full, or use edit; nothing was written",
      });
    }
  }
  if (!content.isWellFormed()) throw new UserError("failed", "the content holds half a character");
  return { changes: [{ from, to: new TextEncoder().encode(content) }] };
}

async function checkOverwrite(
  { force }: WriteInput,
  ctx: ToolContext,
  from: FileChange["from"],
): Promise<void> {
  if (ctx.origin === "agent") return await checkSeen(ctx, from);
  if (force || await isKnown(ctx, from)) return;
  throw new UserError("failed", `${JSON.stringify(from.path)} exists`, {
    hint: "replace it with --force (undo takes it back), or change it with edit",
  });
}

/** What `extract` cut out last, ending in a newline. */
async function buffer(ctx: ToolContext): Promise<string> {
  const cut = await ctx.store.get<ExtractBuffer>("extract:buffer");
  if (cut === undefined) {
    throw new UserError("usage", "nothing to write: the extract buffer is empty", {
      hint: "give --content, or extract something first",
    });
  }
  return cut.text.endsWith("\n") ? cut.text : `${cut.text}\n`;
}
