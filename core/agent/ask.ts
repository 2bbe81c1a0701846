import type { Emit } from "../events.ts";
import type { CatalogEntry } from "../registry.ts";
import type { Decision } from "../safety/decision.ts";
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

/**
 * Answers a request in plain language: the local mind picks among the tools that policy allows, the
 * loop runs them behind the gate, and what came of it is remembered.
 */
export async function ask(
  text: string,
  setup: SessionSetup,
  caller: Caller,
  emit: Emit,
  signal: AbortSignal,
): Promise<LoopEnd> {
  emit("agent.start", { request: text });
  const memory = await setup.memory?.();
  // "and then?" is about what came before: its words count too.
  const before = (await memory?.recall(text))?.continuation;
  const cooldowns = createCooldowns(setup.store);
  const results: CallResult[] = [];
  const end = await runLoop({
    mind: createLocalMind({
      request: parseRequest(before === undefined ? text : `${text}\n${before}`),
      tools: await choosable(setup, text),
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
  emit("agent.end", { stop: end.stop, ok: end.ok, summary: end.text, next: end.next });
  await memory?.finish(chainOf(text, results, end));
  return end;
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
