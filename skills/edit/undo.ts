import { UserError } from "../../core/errors.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Tool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import { undoChanges, type UndoOutcome, undoPaths } from "../../core/workspace/undo.ts";
import { isUndone, type UndoRecord } from "../../core/workspace/undo_record.ts";
import { programsSince } from "./_programs_since.ts";
import { showTurn, targetOf, turn } from "./_turn.ts";

const input = (z: Zod) =>
  z.object({
    what: z.string().optional().describe("how many changes, or the id of one (c12); default 1"),
    steps: z.int().min(1).optional().describe("how many changes").meta({ model: "hidden" }),
    redo: z.boolean().default(false).describe("do again what was undone last, as the tool redo")
      .meta({ model: "hidden" }),
    list: z.boolean().default(false).describe("show the changes, newest first").meta({
      short: "l",
    }),
    drop: z.boolean().default(false).describe("forget the change: its files stay as they are")
      .meta({ model: "hidden" }),
  });

/** Input of the tool `undo`. */
export type UndoInput = SchemaOutput<typeof input>;

/** Result of the tool `undo`. */
export interface UndoData {
  /** What became of each change; empty with `list` and `drop`. */
  readonly outcomes: readonly UndoOutcome[];
  /** All changes with `list`, those forgotten with `drop`. */
  readonly changes: readonly UndoRecord[];
  /** Programs that ran since, whose effects stay. */
  readonly notUndone: readonly string[];
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
    { line: "undo --steps 3", says: "the last three" },
    { line: "undo --list", says: "what can be taken back" },
    { line: "undo --drop c12", says: "keep that change for good" },
  ],
  effect: "write",
  needs(input, { root }) {
    if (input.list || input.drop) return {};
    return { write: undoPaths(root, targetOf(input.what, input.steps), wayOf(input)) };
  },
  propose({ words, text }) {
    if (!words.has("undo") && !/\btake (?:it|that|this) back\b/i.test(text)) return undefined;
    return {
      input: {},
      weight: 0.9,
      reason: "the request asks to undo",
      completes: true,
    };
  },
  preview(input, ctx) {
    const target = targetOf(input.what, input.steps);
    if (!input.drop) return Promise.resolve(showTurn(ctx, target, wayOf(input)));
    const ids = undoChanges(ctx.workspace.root, target, "undo").map(({ id }) => id);
    return Promise.resolve(`forget ${ids.join(", ")}`);
  },
  async run(input, ctx) {
    const { list: listed, drop, redo, what, steps } = input;
    if ([listed, drop, redo].filter(Boolean).length > 1) {
      throw new UserError("usage", "--list, --drop and --redo do not go together");
    }
    if (listed) return await list(ctx);
    const target = targetOf(what, steps);
    if (drop) {
      const changes = await ctx.files.forget(target);
      const lines = changes.map(({ id, label }) => `forgot ${id} (${label}); its files stay`);
      return { ok: true, data: { outcomes: [], changes, notUndone: [] }, text: lines.join("\n") };
    }
    const meant = undoChanges(ctx.workspace.root, target, wayOf(input));
    const { ok, outcomes, text } = await turn(ctx, target, wayOf(input));
    const turned = outcomes.filter(({ restored }) => restored.length > 0).map(({ id }) => id);
    const undone = redo ? [] : meant.filter(({ id }) => turned.includes(id));
    // Whoever chose it is told. That nothing could be learned is no reason to fail.
    const learner = undone.length > 0 ? await ctx.learner?.().catch(() => undefined) : undefined;
    for (const { id } of undone) await learner?.reverted(id);
    const notUndone = await programsSince(ctx.store, undone).catch(() => []);
    const lines = [text, ...notUndone.map((line) => `not undone: ${line}`)];
    return { ok, data: { outcomes, changes: [], notUndone }, text: lines.join("\n") };
  },
});

export default undo;

function wayOf({ redo }: UndoInput): "undo" | "redo" {
  return redo ? "redo" : "undo";
}

async function list(ctx: ToolContext): Promise<ToolResult<UndoData>> {
  const changes = await ctx.files.history();
  const lines = changes.slice(0, SHOWN).map((record) => {
    const time = new Date(record.ts).toISOString().slice(0, 19).replace("T", " ");
    return `${record.id}  ${time}  ${record.label}${stateOf(record)}`;
  });
  const more = changes.length > SHOWN ? [`(${changes.length - SHOWN} older)`] : [];
  const text = [...lines, ...more].join("\n") || "no changes yet";
  return { ok: true, data: { outcomes: [], changes, notUndone: [] }, text };
}

function stateOf(record: UndoRecord): string {
  if (!isUndone(record)) return "";
  return record.files.every((file) => file.undone) ? " (undone)" : " (undone in part)";
}
