import type { LoopEnd } from "../loop.ts";
import type { LMUsage } from "../../lm/types.ts";
import type { InnerTool } from "./inner_tools.ts";

/** What a helper is asked, and how far it may go. */
export interface HelperTask {
  readonly task: string;
  /** Whether it may only read, whatever its parent may. */
  readonly reading: boolean;
  readonly signal: AbortSignal;
}

/** Name of the tool that starts a helper. */
export const HELPER = "agent";

/**
 * A helper with a window of its own: for work whose way nobody needs to see, only its outcome. It may
 * do what its parent may and no more, in the same mode, and what it takes counts as its parent's.
 *
 * @param run runs the loop of a helper; gives how it ended and what it took.
 */
export function helperAgent(
  run: (helper: HelperTask) => Promise<{ end: LoopEnd; usage: LMUsage }>,
): InnerTool {
  return {
    spec: {
      name: HELPER,
      description: "Gives a task to a helper agent with a window of its own; returns its answer",
      parameters: {
        type: "object",
        properties: {
          task: { type: "string", description: "all it needs to know" },
          writes: { type: "boolean", description: "whether it may change files; default false" },
        },
        required: ["task"],
      },
    },
    async run({ task, writes }, signal) {
      if (typeof task !== "string" || task.trim() === "") return { ok: false, text: "no task" };
      const { end, usage } = await run({ task, reading: writes !== true, signal });
      return { ok: end.ok, text: end.text, usage };
    },
  };
}
