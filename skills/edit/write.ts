import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { defineTool, type Tool, type ToolContext } from "../../core/tool.ts";
import type { FileChange } from "../../core/workspace/commit.ts";
import type { ExtractBuffer } from "../code/extract.ts";
import { commitSeen, diffOfChanges } from "./_changes.ts";
import { omissionLine } from "./_omission.ts";
import { checkSeen } from "./remember_seen.ts";

const input = z.object({
  path: z.string().describe("file to write"),
  content: z.string().optional().describe("its text; default: what `extract` cut out last"),
  force: z.boolean().default(false).describe("replace a file that exists (a person only)"),
});

/** Input of the tool `write`. */
export type WriteInput = z.infer<typeof input>;

/** Result of the tool `write`. */
export interface WriteData {
  readonly path: string;
  readonly created: boolean;
  /** Bytes written. */
  readonly bytes: number;
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
  preview: async (input, ctx) => diffOfChanges([await plan(input, ctx)]),
  async run(input, ctx) {
    const change = await plan(input, ctx);
    const { path, hash } = change.from;
    const undo = await commitSeen(ctx, `write ${path}`, [change]);
    const bytes = change.to!.length;
    const verb = hash === null ? "wrote" : "replaced";
    const text = `${verb} ${path}, ${bytes} bytes (take back with: undo ${undo})`;
    return { ok: true, data: { path, created: hash === null, bytes, undo }, text };
  },
});

export default write;

async function plan(input: WriteInput, ctx: ToolContext): Promise<FileChange> {
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
  return { from, to: new TextEncoder().encode(content) };
}

async function checkOverwrite(
  { force }: WriteInput,
  ctx: ToolContext,
  from: FileChange["from"],
): Promise<void> {
  if (ctx.origin === "user" && force) return;
  if (ctx.origin === "agent") return await checkSeen(ctx, from);
  await checkSeen({ ...ctx, origin: "agent" }, from).catch(() => {
    throw new UserError("failed", `${JSON.stringify(from.path)} exists`, {
      hint: "replace it with --force (undo takes it back), or change it with edit",
    });
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
