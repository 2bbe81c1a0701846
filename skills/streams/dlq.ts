import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { defineTool, type Tool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import {
  type DeadLetterFilter,
  type KeptLetter,
  openDeadLetterFile,
  type Redriven,
} from "../../streaming/bus/dead_letter_file.ts";
import { putInbox } from "../../streaming/bus/inbox.ts";
import { openFileLines } from "../../streaming/logs/file_lines.ts";

const input = z.object({
  action: z.enum(["list", "redrive"]).default("list").describe("redrive: publish them again"),
  topic: z.string().min(1).optional().describe("only of this topic"),
  reason: z.string().min(1).optional().describe("only those whose reason begins so"),
  id: z.array(z.string().min(1)).optional().describe("only these"),
  limit: z.coerce.number().int().min(1).max(100_000).default(50).describe("how many at most"),
});

/** Input of the tool `dlq`. */
export type DlqInput = z.infer<typeof input>;

/** Characters of a message that are shown. */
const SHOWN = 120;

/** Lists the messages that no reader got, or publishes them again. */
const dlq: Tool<DlqInput, readonly KeptLetter[] | Redriven> = defineTool({
  name: "dlq",
  summary: "Lists the messages that could not be handled, or publishes them again",
  input,
  positional: ["action"],
  examples: [
    { line: "dlq list --topic logs.ctx.app", says: "what was given up, and why" },
    {
      line: "dlq redrive --topic logs.ctx.app",
      says: "another try: by the `up` that runs, or next",
    },
  ],
  effect: "read",
  needs: () => ({}),
  async run(
    { action, topic, reason, id, limit },
    ctx,
  ): Promise<ToolResult<readonly KeptLetter[] | Redriven>> {
    const letters = openDeadLetterFile(openFileLines(`${ctx.workspace.root}/.dspy_reports`));
    const filter: DeadLetterFilter = {
      limit,
      ...topic !== undefined && { topic },
      ...reason !== undefined && { reason },
      ...id !== undefined && id.length > 0 && { ids: id },
    };
    return action === "list" ? await list(filter) : await redrive(filter, ctx);

    function none(): string {
      if (id !== undefined) return `no dead letter is called ${id.join(", ")}`;
      return topic === undefined ? "no dead letters" : `no dead letters of ${topic}`;
    }

    async function list(filter: DeadLetterFilter) {
      const data = await letters.list(filter);
      if (data.length === 0) return { ok: id === undefined, data, text: none() };
      return { ok: true, data, text: data.map(line).join("\n") };
    }

    async function redrive(filter: DeadLetterFilter, { origin, store }: ToolContext) {
      if (origin === "agent") {
        const rule = "streams.own";
        throw new UserError("refused", "dead letters are sent again by the person alone", { rule });
      }
      const data = await letters.redrive(filter, async (topic, value, { id, key }) => {
        const message = { topic, value, ...id !== undefined && { id } };
        await putInbox(store, [{ ...message, ...key !== undefined && { key } }]);
      });
      const left = data.left.map(({ id, why }) => `left ${id}: ${why}`);
      const text = data.sent === 0 && left.length === 0
        ? none()
        : `${data.sent} put into the inbox: a running up publishes them, or the next one`;
      const isKnown = data.sent > 0 || id === undefined;
      return { ok: left.length === 0 && isKnown, data, text: [text, ...left].join("\n") };
    }
  },
});

export default dlq;

function line({ id, ts, topic, reason, attempts, message, preview }: KeptLetter): string {
  const time = new Date(ts * 1_000).toISOString().slice(0, 19).replace("T", " ");
  const value = (preview ?? JSON.stringify(message.value) ?? "").slice(0, SHOWN);
  const tries = attempts === undefined ? "" : ` (${attempts} ${attempts === 1 ? "try" : "tries"})`;
  return `${id}  ${time}  ${topic}  ${reason}${tries}\n    ${value}`;
}
