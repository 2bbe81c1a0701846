import type { Bus } from "../bus.ts";
import { createEmit, type Emit, type Event } from "../events.ts";
import type { CatalogEntry } from "../registry.ts";
import { createRedactor } from "../safety/redact.ts";
import type { Origin, Tool } from "../tool.ts";
import { type CallerSetup, createCaller } from "./caller.ts";
import type { Chooser } from "./chooser.ts";
import { chainOf } from "./chain_of.ts";
import { createCooldowns } from "./cooldowns.ts";
import { createLocalMind } from "./local_mind.ts";
import { type LoopEnd, runLoop } from "./loop.ts";
import type { SessionMemory } from "./memory.ts";
import type { CallResult } from "./mind.ts";
import { parseRequest } from "./request.ts";
import { rulesChooser } from "./rules_chooser.ts";

/** What {@linkcode createSession} puts together. */
export interface SessionSetup extends CallerSetup {
  /** Default: a random id. */
  readonly id?: string;
  readonly version: string;
  readonly bus: Bus<Event>;
  /** Default: {@linkcode rulesChooser}. */
  readonly chooser?: Chooser;
  /** What earlier requests left behind. Default: nothing is remembered. */
  readonly memory?: SessionMemory;
  /** Facts about the workspace for the chooser. */
  features?(): Promise<Readonly<Record<string, number>>>;
}

/** Options of {@linkcode Session.call}. */
export interface CallOptions {
  /** Default: random. */
  readonly id?: string;
  readonly signal?: AbortSignal;
  /** Default `"user"`. */
  readonly origin?: Origin;
}

/** A conversation with one workspace. */
export interface Session {
  readonly id: string;
  /** Runs one tool. Never throws: refusals and errors are results. */
  call(tool: string, input: unknown, options?: CallOptions): Promise<CallResult>;
  /** Answers a request in plain language: up to four tools, then a summary. Never throws. */
  ask(text: string, signal?: AbortSignal): Promise<LoopEnd>;
  close(reason?: string): Promise<void>;
}

/**
 * Opens a session: one gate before every call, one stream of events after it.
 */
export function createSession(setup: SessionSetup): Session {
  const id = setup.id ?? crypto.randomUUID();
  const emit: Emit = createEmit(setup.bus, id);
  const caller = createCaller(setup, emit, createRedactor([]));
  const cooldowns = createCooldowns(setup.store);
  emit("session.start", {
    workspace: setup.workspace.root,
    version: setup.version,
  });
  return {
    id,
    call: (tool, input, { id = crypto.randomUUID(), signal, origin = "user" } = {}) =>
      caller.call({ id, tool, input }, origin, signal ?? never()),
    ask,
    async close(reason = "end") {
      emit("session.end", { reason });
      await setup.store.close();
    },
  };

  async function ask(text: string, signal: AbortSignal = never()): Promise<LoopEnd> {
    emit("agent.start", { request: text });
    // "and then?" is about what came before: its words count too.
    const before = (await setup.memory?.recall(text))?.continuation;
    const results: CallResult[] = [];
    const end = await runLoop({
      mind: createLocalMind({
        request: parseRequest(before === undefined ? text : `${text}\n${before}`),
        tools: await choosable(setup.registry.entries, text),
        chooser: setup.chooser ?? rulesChooser(),
        features: await setup.features?.() ?? {},
        emit,
        cooling: (tool, input) => cooldowns.cooling(tool, input),
      }),
      call: async (call, signal) => {
        const result = await caller.call(call, "agent", signal, text);
        results.push(result);
        await cooldowns.mark(call.tool, call.input);
        return result;
      },
      reads: (tool) => setup.registry.find(tool)?.effect === "read",
      emit,
      signal,
    });
    emit("agent.end", { stop: end.stop, ok: end.ok, summary: end.text, next: end.next });
    await setup.memory?.finish(chainOf(text, results, end));
    return end;
  }

  async function choosable(entries: readonly CatalogEntry[], query: string): Promise<Tool[]> {
    const tools = await Promise.all(entries.map((entry) => entry.load()));
    const proposing = tools.filter((tool) => tool.propose !== undefined);
    const verdicts = await Promise.all(
      proposing.map(({ name: tool, effect }) =>
        setup.gate.decide({ tool, effect, origin: "agent", needs: {}, query })
      ),
    );
    return proposing.filter((_, i) => verdicts[i]!.verdict !== "deny");
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}
