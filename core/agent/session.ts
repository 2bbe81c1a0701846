import type { Bus } from "../bus.ts";
import { createEmit, type Emit, type Event } from "../events.ts";
import { lazy } from "../lazy.ts";
import { createRedactor } from "../safety/redact.ts";
import type { Store } from "../store/types.ts";
import type { Origin } from "../tool.ts";
import type { AskOptions } from "./ask.ts";
import { type CallerSetup, createCaller } from "./caller.ts";
import type { Chooser } from "./chooser.ts";
import type { LoopEnd } from "./loop.ts";
import type { SessionMemory } from "./memory.ts";
import type { CallResult } from "./mind.ts";
import type { ModelSetup } from "./model/ask_model.ts";

/** What {@linkcode createSession} puts together. */
export interface SessionSetup extends CallerSetup {
  /** Default: a random id. */
  readonly id?: string;
  /** Version of the program, for its first event. */
  readonly version: string;
  /** Where the session's events go. */
  readonly bus: Bus<Event>;
  /** Names of the tools that the policy prefers for a request. Default none. */
  preferred?(query: string): readonly string[];
  /** Default: the untaught rules. */
  readonly chooser?: Chooser;
  /** Opens what earlier requests left behind. Default: nothing is remembered. */
  memory?(): Promise<SessionMemory>;
  /** Facts about the workspace for the chooser. */
  features?(): Promise<Readonly<Record<string, number>>>;
  /** The model that answers requests. Default none: the local mind does. */
  readonly model?: ModelSetup;
  /** Values that are taken out of all that is published and kept: keys. Default none. */
  readonly secrets?: readonly string[];
}

/** Options of {@linkcode Session.call}. */
export interface CallOptions {
  /** Default: random. */
  readonly id?: string;
  /** Stops the call. Default: nothing does. */
  readonly signal?: AbortSignal;
  /** Default `"user"`. */
  readonly origin?: Origin;
}

/** A conversation with one workspace. */
export interface Session {
  /** Stands in each of its events. */
  readonly id: string;
  /** Runs one tool. Never throws: refusals and errors are results. */
  call(tool: string, input: unknown, options?: CallOptions): Promise<CallResult>;
  /**
   * Answers a request in plain language: by the model, or with none by up to four tools and a
   * summary. Never throws.
   */
  ask(text: string, options?: AskOptions): Promise<LoopEnd>;
  /** Ends the session: closes its store. `reason` is for the event; default `"end"`. */
  close(reason?: string): Promise<void>;
}

// A session that only runs commands never needs the mind.
const loadAsk = lazy<typeof import("./ask.ts")>("./ask.ts", import.meta.url);
const loadPublished = lazy<typeof import("./published_learner.ts")>(
  "./published_learner.ts",
  import.meta.url,
);
const loadMemory = lazy<typeof import("../store/memory.ts")>("../store/memory.ts", import.meta.url);

/**
 * Opens a session: one gate before every call, one stream of events after it.
 */
export function createSession(given: SessionSetup): Session {
  const id = given.id ?? crypto.randomUUID();
  const emit: Emit = createEmit(given.bus, id);
  const { learner } = given;
  const setup: SessionSetup = learner === undefined ? given : {
    ...given,
    learner: async () => (await loadPublished()).publishedLearner(await learner(), emit),
  };
  const redactor = createRedactor(setup.secrets ?? []);
  const caller = createCaller({ ...setup, id }, emit, redactor);
  let memory: Promise<Store> | undefined;
  const unkept = () => memory ??= loadMemory().then(({ openMemoryStore }) => openMemoryStore());
  emit("session.start", { workspace: setup.workspace.root, version: setup.version });
  return {
    id,
    call: (tool, input, { id = crypto.randomUUID(), signal = never(), origin = "user" } = {}) =>
      caller.call({ id, tool, input }, origin, signal),
    ask: async (text, options = {}) =>
      await (await loadAsk()).ask(text, { ...setup, id, caller, emit, redactor, unkept }, options),
    async close(reason = "end") {
      await setup.store.close();
      emit("session.end", { reason });
    },
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
