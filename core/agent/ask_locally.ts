import { describeError } from "../errors.ts";
import { redactJson } from "../safety/redact.ts";
import { chainOf } from "./chain_of.ts";
import { choosable } from "./choosable.ts";
import type { AskSetup } from "./ask.ts";
import { createCooldowns } from "./cooldowns.ts";
import { createLocalMind } from "./local_mind.ts";
import { type LoopEnd, runLoop } from "./loop.ts";
import type { CallResult } from "./mind.ts";
import { parseRequest } from "./request.ts";
import { featureWords, requestFeatures } from "./request_features.ts";
import { rulesChooser } from "./rules_chooser.ts";

/**
 * Answers a request without a model: the tools offer themselves, the chooser picks.
 *
 * @param results takes what comes of the calls, in order.
 */
export async function askLocally(
  text: string,
  setup: AskSetup,
  results: CallResult[],
  signal: AbortSignal,
): Promise<LoopEnd> {
  const { emit, caller } = setup;
  // "and then?" is about what came before: its words count too.
  const memory = await (await setup.memory?.())?.recall(text);
  const before = memory?.continuation;
  const cooldowns = createCooldowns(setup.store, text);
  // They are kept in a log: a secret in a request must not be one of its words.
  const clean = parseRequest(setup.redactor.text(text));
  return await runLoop({
    mind: createLocalMind({
      request: parseRequest(before === undefined ? text : `${text}\n${before}`),
      ...await choosable(
        await Promise.all(setup.registry.entries.map((entry) => entry.load())),
        setup.gate,
        text,
      ),
      preferred: new Set(setup.preferred?.(text)),
      chooser: await setup.learner?.() ?? setup.chooser ?? rulesChooser(),
      features: {
        ...requestFeatures(clean),
        ...orderHints(memory?.sequence ?? []),
        ...await setup.features?.(),
      },
      words: featureWords(clean),
      emit,
      cooling: (tool, input) => cooldowns.cooling(tool, input),
    }),
    call: async (call, signal) => {
      const result = await caller.call(call, "agent", signal, text);
      results.push(result);
      // What was refused or failed has not been answered: it may be asked again at once.
      if (result.data !== null) await cooldowns.mark(call.tool, call.input);
      return result;
    },
    reads: ({ tool }) => setup.registry.find(tool)?.effect === "read",
    emit,
    signal,
  });
}

/** What did best before, as facts for the chooser: 1 for its first tool, 1/2 for its second. */
function orderHints(sequence: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    sequence.map((tool, i): [string, number] => [`before.${tool}`, 1 / (i + 1)]).reverse(),
  );
}

/** Writes down what was asked and done, without secrets; what goes wrong is told and ends nothing. */
export async function remember(
  text: string,
  { memory, redactor, emit }: AskSetup,
  results: readonly CallResult[],
  end: LoopEnd,
): Promise<void> {
  const chain = redactJson(chainOf(text, results, end), redactor);
  await Promise.try(async () => await (await memory?.())?.finish(chain)).catch((error) =>
    emit("notice", { level: "warning", text: `nothing was remembered: ${describeError(error)}` })
  );
}
