import type { Explanation } from "../../core/agent/learner.ts";
import { UserError } from "../../core/errors.ts";
import type { Zod } from "../../core/schema.ts";
import { defineTool, type Tool } from "../../core/tool.ts";
import { asked, learnerOf } from "./_learner_of.ts";

const input = (z: Zod) =>
  z.object({
    mark: z.coerce.number().min(0).max(10).describe("0 was useless, 10 was just right"),
    tool: z.string().min(1).optional().describe("the tool that would have been right"),
  });

/** Input of the tool `feedback`. */
export interface FeedbackInput {
  /** From 0 to 10. */
  readonly mark: number;
  /** The tool that would have been right. */
  readonly tool?: string | undefined;
}

/** Takes a person's mark for how the last request was begun. */
const feedback: Tool<FeedbackInput, Explanation> = defineTool({
  name: "feedback",
  summary: "Tells how well the last request was answered, from 0 to 10, and which tool was right",
  input,
  positional: ["mark", "tool"],
  examples: [
    { line: "feedback 9", says: "the tool was right" },
    { line: "feedback 2 git_log", says: "it was not; git_log would have been" },
  ],
  effect: "read",
  needs: () => ({}),
  async run({ mark, tool }, ctx) {
    if (ctx.origin === "agent") {
      throw new UserError("refused", "feedback is for the person alone", { rule: "learning.own" });
    }
    const name = tool?.replaceAll("-", "_");
    const learner = await learnerOf(ctx);
    const data = await asked(() => learner.feedback(mark, name), "for example: feedback 2 git_log");
    if (data === undefined) {
      throw new UserError("failed", "there is no request to judge", {
        hint: "the last one was judged already, is more than ten minutes old, or was a model's",
      });
    }
    const { tool: chosen } = data;
    const better = name === undefined || name === chosen ? "" : `, ${name} would have been right`;
    return { ok: true, data, text: `noted: ${mark} of 10 for ${chosen}${better}` };
  },
});

export default feedback;
