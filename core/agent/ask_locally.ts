import { describeError } from "../errors.ts";
import type { CatalogEntry } from "../registry.ts";
import type { Decision } from "../safety/decision.ts";
import { redactJson } from "../safety/redact.ts";
import type { Tool } from "../tool.ts";
import { chainOf } from "./chain_of.ts";
import type { AskSetup } from "./ask.ts";
import { createCooldowns } from "./cooldowns.ts";
import { createLocalMind } from "./local_mind.ts";
import { type LoopEnd, runLoop } from "./loop.ts";
import type { CallResult } from "./mind.ts";
import { parseRequest } from "./request.ts";
import { requestFeatures } from "./request_features.ts";
import { rulesChooser } from "./rules_chooser.ts";
import type { SessionSetup } from "./session.ts";

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
  const cooldowns = createCooldowns(setup.store);
  return await runLoop({
    mind: createLocalMind({
      request: parseRequest(before === undefined ? text : `${text}\n${before}`),
      ...await choosable(setup, text),
      preferred: new Set(setup.preferred?.(text)),
      chooser: await setup.learner?.() ?? setup.chooser ?? rulesChooser(),
      features: {
        // They are kept in a log: a secret in a request must not be one of its words.
        ...requestFeatures(parseRequest(setup.redactor.text(text))),
        ...orderHints(memory?.sequence ?? []),
        ...await setup.features?.(),
      },
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

/**
 * The tools that have something to propose, those of them that policy denies for this request, and
 * the names of those that would be asked for.
 */
async function choosable(
  { registry, gate }: SessionSetup,
  query: string,
): Promise<{ tools: Tool[]; denied: Tool[]; asks: Set<string> }> {
  const all = await Promise.all(registry.entries.map((entry: CatalogEntry) => entry.load()));
  const proposing = all.filter((tool) => tool.propose !== undefined);
  const verdicts = await Promise.all(
    proposing.map(({ name: tool, effect }) =>
      gate.decide({ tool, effect, origin: "agent", needs: {}, query })
    ),
  );
  // What nobody can be asked for here is refused when it is chosen: that says why, and the way out.
  const isDenied = ({ verdict, rule }: Decision) =>
    verdict === "deny" && rule.startsWith("policy.");
  return {
    tools: proposing.filter((_, i) => !isDenied(verdicts[i]!)),
    denied: proposing.filter((_, i) => isDenied(verdicts[i]!)),
    asks: new Set(
      proposing.filter((_, i) => verdicts[i]!.verdict !== "allow").map(({ name }) => name),
    ),
  };
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
