import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Tool } from "../../core/tool.ts";
import { type UndoOutcome, undoPaths } from "../../core/workspace/undo.ts";
import { showTurn, targetOf, turn } from "./_turn.ts";

const input = (z: Zod) =>
  z.object({
    what: z.string().optional().describe("how many changes, or the id of one (c12); default 1"),
  });

/** Input of the tool `redo`. */
export type RedoInput = SchemaOutput<typeof input>;

/** Result of the tool `redo`. */
export interface RedoData {
  /** What became of each change. */
  readonly outcomes: readonly UndoOutcome[];
}

const redo: Tool<RedoInput, RedoData> = defineTool({
  name: "redo",
  summary: "Does again what undo took back last",
  input,
  positional: ["what"],
  examples: [
    { line: "redo", says: "the change undone last" },
    { line: "redo 3", says: "the last three" },
  ],
  effect: "write",
  needs: ({ what }, { root }) => ({ write: undoPaths(root, targetOf(what, undefined), "redo") }),
  propose({ words, text }) {
    if (!words.has("redo") && !/\b(?:undo|take back) the undo\b/i.test(text)) return undefined;
    return { input: {}, weight: 0.92, reason: "the request asks to redo", completes: true };
  },
  preview: ({ what }, ctx) => Promise.resolve(showTurn(ctx, targetOf(what, undefined), "redo")),
  async run({ what }, ctx) {
    const { ok, outcomes, text } = await turn(ctx, targetOf(what, undefined), "redo");
    return { ok, data: { outcomes }, text };
  },
});

export default redo;
