import { describeError } from "../errors.ts";
import type { Emit } from "../events.ts";
import type { CatalogEntry } from "../registry.ts";
import type { Decision } from "../safety/decision.ts";
import { redactJson, type Redactor } from "../safety/redact.ts";
import type { Tool } from "../tool.ts";
import type { Caller } from "./caller.ts";
import { chainOf } from "./chain_of.ts";
import { createCooldowns } from "./cooldowns.ts";
import { createLocalMind } from "./local_mind.ts";
import { type LoopEnd, runLoop } from "./loop.ts";
import type { CallResult } from "./mind.ts";
import { parseRequest } from "./request.ts";
import { rulesChooser } from "./rules_chooser.ts";
import type { SessionSetup } from "./session.ts";

/** What {@linkcode ask} works with. */
export interface AskSetup extends SessionSetup {
  /** Runs the calls. */
  readonly caller: Caller;
  /** Publishes what happens. */
  readonly emit: Emit;
  /** Takes secrets out of what is published and remembered. */
  readonly redactor: Pick<Redactor, "text">;
}

/**
 * Answers a request in plain language: the local mind picks among the tools that policy allows, the
 * loop runs them behind the gate, and what came of it is remembered. Never throws.
 */
export async function ask(text: string, at: AskSetup, signal: AbortSignal): Promise<LoopEnd> {
  const emit: Emit = (type, data) => at.emit(type, redactJson(data, at.redactor));
  emit("agent.start", { request: text });
  const results: CallResult[] = [];
  const end = await answer(text, { ...at, emit }, results, signal).catch((error): LoopEnd => {
    return { stop: "error", ok: false, text: describeError(error), next: [] };
  });
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
  results: CallResult[],
  signal: AbortSignal,
): Promise<LoopEnd> {
  const { emit, caller } = setup;
  // "and then?" is about what came before: its words count too.
  const before = (await (await setup.memory?.())?.recall(text))?.continuation;
  const cooldowns = createCooldowns(setup.store);
  return await runLoop({
    mind: createLocalMind({
      request: parseRequest(before === undefined ? text : `${text}\n${before}`),
      tools: await choosable(setup, text),
      preferred: new Set(setup.preferred?.(text)),
      chooser: setup.chooser ?? rulesChooser(),
      features: await setup.features?.() ?? {},
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

/** The tools that have something to propose and that policy does not deny for this request. */
async function choosable({ registry, gate }: SessionSetup, query: string): Promise<Tool[]> {
  const tools = await Promise.all(registry.entries.map((entry: CatalogEntry) => entry.load()));
  const proposing = tools.filter((tool) => tool.propose !== undefined);
  const verdicts = await Promise.all(
    proposing.map(({ name: tool, effect }) =>
      gate.decide({ tool, effect, origin: "agent", needs: {}, query })
    ),
  );
  // What nobody can be asked for here is refused when it is chosen: that says why, and the way out.
  const denied = ({ verdict, rule }: Decision) => verdict === "deny" && rule.startsWith("policy.");
  return proposing.filter((_, i) => !denied(verdicts[i]!));
}
