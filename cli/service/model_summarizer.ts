import type { ModelAddress } from "../../core/lm/open_model.ts";
import type { LM } from "../../core/lm/types.ts";
import type { LmCircuit } from "../../server/status/lm_circuit.ts";
import type { LogSummarizer } from "../../streaming/logs/process_ctx.ts";

/** A model that sums up, and how it is. */
export interface ModelSummarizer extends LogSummarizer {
  /** Whether its server is left alone, since it failed too often. */
  circuit(): LmCircuit;
}

/**
 * A model that says what the lines of a log mean. Events that it names stand in the lines; what it
 * makes up is left out, and the rules' plan stays beside it.
 *
 * @param address which model, and where.
 */
export function modelSummarizer(address: ModelAddress): ModelSummarizer {
  let opened: Promise<LM> | undefined;
  let openUntil: number | undefined;
  const lm = async () =>
    await (opened ??= Promise.all([
      import("../../core/lm/open_model.ts"),
      import("../../core/lm/circuit_breaker.ts"),
    ]).then(async ([{ openModel }, { circuitBreaker }]) =>
      circuitBreaker({ onChange: (until) => openUntil = until })(await openModel(address))
    ));
  return {
    circuit() {
      const left = openUntil === undefined ? 0 : Math.max(0, openUntil - performance.now());
      return { open: openUntil !== undefined, next_retry_sec: Math.ceil(left / 1_000) };
    },
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
