import type { ModelAddress } from "../../core/lm/open_model.ts";
import type { LM } from "../../core/lm/types.ts";
import type { LogSummarizer } from "../../streaming/logs/process_ctx.ts";

/**
 * A model that says what the lines of a log mean. Events that it names stand in the lines; what it
 * makes up is left out, and the rules' plan stays beside it.
 *
 * @param address which model, and where.
 */
export function modelSummarizer(address: ModelAddress): LogSummarizer {
  let opened: Promise<LM> | undefined;
  const lm = async () =>
    await (opened ??= import("../../core/lm/open_model.ts")
      .then(({ openModel }) => openModel(address)));
  return {
    async summarize(container, text, { signal }) {
      const { contextBuilder } = await import("../../skills/logs/context_builder.ts");
      const { output, by, reason } = await contextBuilder.run(
        { task: `what went wrong in ${container}`, logs: text, traces: [] },
        { lm, signal },
      );
      if (by !== "model") throw new Error(reason ?? "the model did not answer");
      return {
        summary: output.events.join("\n"),
        key_points: output.hypotheses.join("\n"),
      };
    },
  };
}
