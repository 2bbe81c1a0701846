import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { defineTool, type Tool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import type { UndoOutcome, UndoTarget } from "../../core/workspace/undo.ts";
import { undoPaths } from "../../core/workspace/undo.ts";
import type { UndoRecord } from "../../core/workspace/undo_record.ts";

const input = z.object({
  what: z.string().optional().describe("how many changes, or the id of one (c12); default 1"),
  redo: z.boolean().default(false).describe("do again what was undone last"),
  list: z.boolean().default(false).describe("show the changes, newest first").meta({ short: "l" }),
});

/** Input of the tool `undo`. */
export type UndoInput = z.infer<typeof input>;

/** Result of the tool `undo`. */
export interface UndoData {
  /** What became of each change; empty with `list`. */
  readonly outcomes: readonly UndoOutcome[];
  /** All changes, with `list`. */
  readonly changes: readonly UndoRecord[];
}

/** Changes that `--list` shows. */
const SHOWN = 30;

const undo: Tool<UndoInput, UndoData> = defineTool({
  name: "undo",
  summary: "Takes back the last change of files; what you changed since stays",
  input,
  positional: ["what"],
  examples: [
    { line: "undo", says: "the last change" },
    { line: "undo c12", says: "that change" },
    { line: "undo --redo", says: "do it again" },
    { line: "undo --list", says: "what can be taken back" },
  ],
  effect: "write",
  needs(input, { root }) {
    if (input.list) return {};
    return { write: undoPaths(root, targetOf(input), input.redo ? "redo" : "undo") };
  },
  propose({ words, text }) {
    if (!words.has("undo") && !/\btake (?:it|that|this) back\b/i.test(text)) return undefined;
    return {
      input: input.parse({}),
      weight: 0.9,
      reason: "the request asks to undo",
      completes: true,
    };
  },
  preview: (input, { workspace }) => {
    const way = input.redo ? "redo" : "undo";
    const paths = undoPaths(workspace.root, targetOf(input), way);
    return Promise.resolve([`${way}:`, ...paths.map((path) => `  ${path}`)].join("\n"));
  },
  async run(input, ctx) {
    if (input.list) return await list(ctx);
    const target = targetOf(input);
    const outcomes = await (input.redo ? ctx.files.redo(target) : ctx.files.undo(target));
    const ok = outcomes.every(({ conflicts }) => conflicts.length === 0);
    const text = outcomes.flatMap((outcome) => describe(outcome, input.redo)).join("\n");
    return { ok, data: { outcomes, changes: [] }, text };
  },
});

export default undo;

function targetOf({ what = "1" }: UndoInput): UndoTarget {
  if (/^c\d+$/.test(what)) return { id: what };
  if (/^[1-9]\d{0,4}$/.test(what)) return { steps: Number(what) };
  throw new UserError("usage", `${JSON.stringify(what)} is neither a number nor an id like c12`, {
    hint: "`undo --list` shows the ids",
  });
}

function describe({ id, label, restored, conflicts }: UndoOutcome, redone: boolean): string[] {
  const [verb, stays] = redone ? ["did again", "stays undone"] : ["took back", "stands"];
  const head = restored.length > 0 ? `${verb} ${id} (${label})` : `${id} (${label}) ${stays}`;
  return [
    head,
    ...restored.map((path) => `  ${path}`),
    ...conflicts.map(({ path, reason }) => `  kept ${path}: ${reason}`),
  ];
}

async function list(ctx: ToolContext): Promise<ToolResult<UndoData>> {
  const changes = await ctx.files.history();
  const lines = changes.slice(0, SHOWN).map(({ id, ts, label, files }) => {
    const time = new Date(ts).toISOString().slice(0, 19).replace("T", " ");
    const undone = files.every((file) => file.undone) ? " (undone)" : "";
    return `${id}  ${time}  ${label}${undone}`;
  });
  const more = changes.length > SHOWN ? [`(${changes.length - SHOWN} older)`] : [];
  const text = [...lines, ...more].join("\n") || "no changes yet";
  return { ok: true, data: { outcomes: [], changes }, text };
}
