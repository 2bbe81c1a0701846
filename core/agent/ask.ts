import { describeError, UserError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { lazy } from "../lazy.ts";
import { LMError } from "../lm/lm_error.ts";
import type { JsonSchema } from "../lm/types.ts";
import type { CatalogEntry } from "../registry.ts";
import type { Decision } from "../safety/decision.ts";
import { redactJson, type Redactor } from "../safety/redact.ts";
import type { Tool } from "../tool.ts";
import type { Caller } from "./caller.ts";
import { chainOf } from "./chain_of.ts";
import type { ConversationChoice } from "./conversation/resolve_conversation.ts";
import { createCooldowns } from "./cooldowns.ts";
import { createLocalMind } from "./local_mind.ts";
import { type Inbox, type LoopEnd, runLoop } from "./loop.ts";
import type { CallResult } from "./mind.ts";
import type { ModelEnd } from "./model/ask_model.ts";
import { parseRequest } from "./request.ts";
import { rulesChooser } from "./rules_chooser.ts";
import type { SessionSetup } from "./session.ts";

/** Options of {@linkcode ask}. */
export interface AskOptions {
  /** Stops the run. Default: nothing does. */
  readonly signal?: AbortSignal;
  /** The conversation that a model goes on with. Default: the session's own. */
  readonly conversation?: ConversationChoice;
  /** What the person says meanwhile. Default nothing. */
  readonly inbox?: Inbox;
  /** Command that is to succeed after changes; the model is told when it does not. */
  readonly verify?: string;
  /** JSON Schema of the answer. Default: text. */
  readonly schema?: JsonSchema;
  /**
   * Something else than an answer: `compact` summarizes the conversation, the text being what to
   * look after; `context` says what fills the window.
   */
  readonly act?: "compact" | "context";
}

/** What {@linkcode ask} works with. */
export interface AskSetup extends SessionSetup {
  /** Runs the calls. */
  readonly caller: Caller;
  /** Publishes what happens. */
  readonly emit: Emit;
  /** Takes secrets out of what is published and remembered. */
  readonly redactor: Pick<Redactor, "text">;
}

const loadModel = lazy<typeof import("./model/ask_model.ts")>(
  "./model/ask_model.ts",
  import.meta.url,
);

/**
 * Answers a request in plain language: a mind picks among the tools that policy allows, the loop
 * runs them behind the gate, and what came of it is remembered. The mind is the model; with none,
 * or when it cannot be reached, the local one. Never throws.
 */
export async function ask(text: string, at: AskSetup, options: AskOptions): Promise<LoopEnd> {
  const signal = options.signal ?? new AbortController().signal;
  const emit: Emit = (type, data) => at.emit(type, redactJson(data, at.redactor));
  emit("agent.start", { request: text });
  const results: CallResult[] = [];
  const end = await answer(text, { ...at, emit }, options, results, signal).catch(
    (error): LoopEnd => ({ stop: "error", ok: false, text: describeError(error), next: [] }),
  );
  emit("agent.end", { stop: end.stop, ok: end.ok, summary: end.text, next: end.next });
  const chain = redactJson(chainOf(text, results, end), at.redactor);
  await Promise.try(async () => await (await at.memory?.())?.finish(chain)).catch((error) =>
    emit("notice", { level: "warning", text: `nothing was remembered: ${describeError(error)}` })
  );
  return end;
}

async function answer(
  text: string,
  setup: AskSetup,
  options: AskOptions,
  results: CallResult[],
  signal: AbortSignal,
): Promise<LoopEnd> {
  const { model, emit } = setup;
  if (model === undefined) {
    if (options.act !== undefined) {
      throw new UserError("usage", "no model is configured", {
        hint: "give --model, or set OPENAI_API_KEY or OLLAMA_MODEL",
      });
    }
    return await answerLocally(text, setup, results, signal);
  }
  const end = await (await loadModel())
    .askModel(text, { ...setup, model }, options, results, signal)
    .catch((error): ModelEnd => {
      if (!(error instanceof LMError)) throw error;
      return { stop: "error", ok: false, text: error.line, next: [], silent: true };
    });
  if (!end.silent || signal.aborted || options.act !== undefined) return end;
  // Nothing was done yet: what can be found without a model is better than nothing, and is no success.
  emit("notice", { level: "warning", text: `${end.text}; answered without the model` });
  const local = await answerLocally(text, setup, results, signal);
  return { ...local, ok: false, stop: local.stop === "done" ? "error" : local.stop };
}

async function answerLocally(
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
      chooser: setup.chooser ?? rulesChooser(),
      features: { ...orderHints(memory?.sequence ?? []), ...await setup.features?.() },
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
    reads: (tool) => setup.registry.find(tool)?.effect === "read",
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

/** The tools that have something to propose, and those of them that policy denies for this request. */
async function choosable(
  { registry, gate }: SessionSetup,
  query: string,
): Promise<{ tools: Tool[]; denied: Tool[] }> {
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
  };
}
