import {
  type ConversationInfo,
  openConversation,
} from "../../core/agent/conversation/conversation.ts";
import type { Entry } from "../../core/agent/conversation/entry.ts";
import {
  allEntries,
  deleteConversation,
  findConversation,
  listConversations,
} from "../../core/agent/conversation/manage.ts";
import { exportConversation, importConversation } from "../../core/agent/conversation/transfer.ts";
import { UserError } from "../../core/errors.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type ToolContext, type ToolResult } from "../../core/tool.ts";

const input = (z: Zod) =>
  z.object({
    action: z.enum(["list", "show", "delete", "rewind", "export", "import"]).default("list")
      .describe("what to do; rewind takes the last request and its answer out of the conversation"),
    name: z.string().min(1).optional().describe("id, start of an id, or last; for import the file"),
    out: z.string().min(1).optional().describe("export: file to write; default the terminal"),
  });

type Input = SchemaOutput<typeof input>;

/** What no model does to what it and others said. */
const OWNER_ONLY: ReadonlySet<string> = new Set(["delete", "rewind", "import"]);

/** Lists and tends the conversations that a model had in this workspace. */
export default defineTool<Input, unknown>({
  name: "sessions",
  summary: "Lists, shows, deletes, exports and imports the sessions with a model",
  input,
  positional: ["action", "name"],
  examples: [
    { line: "sessions", says: "the sessions of this workspace, newest first" },
    { line: "sessions show last", says: "what was said and done in the newest" },
    { line: "sessions export last --out talk.jsonl", says: "as JSON lines" },
  ],
  effect: "read",
  needs: ({ action, name, out }) => ({
    ...action === "export" && out !== undefined && { write: [out] },
    ...action === "import" && name !== undefined && { read: [name] },
  }),
  async run(given, ctx) {
    if (ctx.origin === "agent" && OWNER_ONLY.has(given.action)) {
      throw new UserError("refused", `sessions ${given.action} is for the person alone`, {
        rule: "sessions.own",
      });
    }
    switch (given.action) {
      case "list":
        return await list(ctx);
      case "show":
        return await show(await named(given, ctx), ctx);
      case "delete": {
        const { id } = await named(given, ctx);
        await deleteConversation(ctx.store, id);
        return { ok: true, data: { id }, text: `deleted ${id}` };
      }
      case "rewind":
        return await rewind(await named(given, ctx), ctx);
      case "export":
        return await exported(await named(given, ctx), given.out, ctx);
      case "import":
        return await imported(given.name, ctx);
    }
  },
});

async function named({ action, name }: Input, { store }: ToolContext): Promise<ConversationInfo> {
  if (name === undefined) {
    throw new UserError("usage", `sessions ${action} needs a session`, {
      hint: `for example: sessions ${action} last`,
    });
  }
  return await findConversation(store, name);
}

async function list({ store }: ToolContext): Promise<ToolResult> {
  const all = await listConversations(store);
  const text = all.map(({ id, updated, turns, title }) =>
    `${id.slice(0, 8)}  ${new Date(updated).toISOString().slice(0, 16).replace("T", " ")}  ` +
    `${String(turns).padStart(3)} ${turns === 1 ? "request " : "requests"}  ${title}`
  );
  return {
    ok: true,
    data: all,
    text: text.join("\n") || "No session has been kept here: they begin with a request to a model.",
  };
}

async function show(info: ConversationInfo, { store }: ToolContext): Promise<ToolResult> {
  const { path } = await openConversation(store, info.id);
  const { inputTokens, outputTokens, usd } = info.usage;
  const cost = usd === undefined ? "" : `, $${usd.toFixed(4)}`;
  const head =
    `${info.id}  ${info.title}\n${inputTokens} tokens read, ${outputTokens} written${cost}`;
  return {
    ok: true,
    data: { info, entries: path },
    text: [head, "", ...path.map(line)].join("\n"),
  };
}

const WIDTH = 160;

function line({ id, body }: Entry): string {
  const said = (text: string) => {
    const [first = ""] = text.trim().split("\n");
    return first.length > WIDTH ? `${first.slice(0, WIDTH)}…` : first;
  };
  switch (body.kind) {
    case "user":
      return `${id}  > ${said(body.text)}`;
    case "assistant":
      return [
        ...body.text === ""
          ? []
          : [`${id}    ${body.plan ? indented(body.text) : said(body.text)}`],
        ...(body.calls ?? []).map((call) => `${id}    -> ${call.name} ${said(call.arguments)}`),
      ].join("\n");
    case "result":
      return `${id}       ${body.ok ? "" : "failed: "}${said(body.text)}`;
    case "note":
      return `${id}    (instructions) ${body.path}`;
    case "compaction":
      return `${id}    (summarized) ${said(body.summary)}`;
    case "pruned":
      return `${id}    (older results left out)`;
  }
}

/** A plan is looked up again: it is shown in whole, below its id. */
function indented(text: string): string {
  return text.trim().replaceAll("\n", `\n${" ".repeat(12)}`);
}

/** The files stay as they are: `undo` is for those. */
async function rewind({ id }: ConversationInfo, { store }: ToolContext): Promise<ToolResult> {
  const talk = await openConversation(store, id);
  const last = talk.path.findLast(({ body }) => body.kind === "user");
  if (last === undefined) return { ok: false, data: { id }, text: "nothing was said in it yet" };
  await talk.moveTo(last.parent);
  const said = last.body.kind === "user" ? last.body.text : "";
  return { ok: true, data: { id, said }, text: `taken out: ${said.split("\n")[0]}` };
}

async function exported(
  { id }: ConversationInfo,
  out: string | undefined,
  { store, files }: ToolContext,
): Promise<ToolResult> {
  const text = await exportConversation(store, id);
  if (out === undefined) return { ok: true, data: { id, text }, text: text.trimEnd() };
  const from = await files.state(out);
  const to = new TextEncoder().encode(text);
  await files.commit(`export session ${id.slice(0, 8)}`, [{ from, to }]);
  const { length } = await allEntries(store, id);
  return { ok: true, data: { id, out }, text: `${length} entries written to ${out}` };
}

async function imported(
  file: string | undefined,
  { store, files }: ToolContext,
): Promise<ToolResult> {
  if (file === undefined) throw new UserError("usage", "sessions import needs a file");
  const text = await files.readText(file);
  const { info, cut } = await importConversation(store, text, crypto.randomUUID());
  const note = cut ? "; its last line was cut off and is left out" : "";
  return { ok: true, data: { ...info, cut }, text: `taken in as ${info.id.slice(0, 8)}${note}` };
}
