import { openMemoryStore } from "../../store/memory.ts";
import { type Conversation, openConversation } from "../conversation/conversation.ts";
import type { LoopEnd } from "../loop.ts";
import type { InnerTool } from "./inner_tools.ts";

/** How a helper is run: as its parent is, with less. */
export interface HelperRun {
  readonly conversation: Conversation;
  /** What it may call: what its parent may, and of that only what reads unless more was asked for. */
  readonly reading: boolean;
  readonly maxSteps: number;
  readonly task: string;
  readonly signal: AbortSignal;
}

/** Turns with calls of a helper. */
const STEPS = 30;

/**
 * A helper with a window of its own: for work whose way nobody needs to see, only its outcome. It may
 * do what its parent may and no more, in the same mode, and what it takes counts as its parent's.
 *
 * @param run runs the loop of a helper.
 */
export function helperAgent(run: (helper: HelperRun) => Promise<LoopEnd>): InnerTool {
  return {
    spec: {
      name: "agent",
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
      const conversation = await openConversation(openMemoryStore(), "helper");
      const reading = writes !== true;
      const end = await run({ conversation, reading, maxSteps: STEPS, task, signal });
      return { ok: end.ok, text: end.text, usage: conversation.info.usage };
    },
  };
}
