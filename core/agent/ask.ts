import { describeError, UserError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { lazy } from "../lazy.ts";
import { LMError } from "../lm/lm_error.ts";
import type { JsonSchema } from "../lm/types.ts";
import { redactJson, type Redactor } from "../safety/redact.ts";
import type { Store } from "../store/types.ts";
import type { Caller } from "./caller.ts";
import type { ConversationChoice } from "./conversation/resolve_conversation.ts";
import type { Inbox, LoopEnd } from "./loop.ts";
import type { CallResult } from "./mind.ts";
import type { ModelEnd } from "./model/ask_model.ts";
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
  readonly redactor: Redactor;
  /** Opens the store of conversations that end with the session: one for all of them. */
  unkept(): Promise<Store>;
}

const loadLocal = lazy<typeof import("./ask_locally.ts")>("./ask_locally.ts", import.meta.url);
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
  emit("agent.start", { request: text, ...options.schema && { schema: true } });
  const results: CallResult[] = [];
  const setup = options.conversation?.keep === false ? forgetful({ ...at, emit }) : { ...at, emit };
  const end = await answer(text, setup, options, results, signal).catch(
    (error): Answer => ({ stop: "error", ok: false, text: describeError(error), next: [] }),
  ).then((end): Answer =>
    // Whatever could not be done then, it was stopped.
    signal.aborted && end.stop === "error" ? { ...end, stop: "aborted", text: "Stopped." } : end
  );
  emit("agent.end", { stop: end.stop, ok: end.ok, summary: end.text, next: end.next });
  // What a model said and did is in its conversation.
  if (!end.byModel) await (await loadLocal()).remember(text, setup, results, end);
  return { stop: end.stop, ok: end.ok, text: end.text, next: end.next };
}

/** What is asked leaves nothing that a later request could go by. */
function forgetful({ memory: _memory, learner: _learner, ...rest }: AskSetup): AskSetup {
  return rest;
}

interface Answer extends LoopEnd {
  readonly byModel?: true;
}

async function answer(
  text: string,
  setup: AskSetup,
  options: AskOptions,
  results: CallResult[],
  signal: AbortSignal,
): Promise<Answer> {
  const { model, emit } = setup;
  if (model === undefined) {
    if (options.act !== undefined) {
      throw new UserError("usage", "no model is configured", {
        hint: "give --model, or set OPENAI_API_KEY or OLLAMA_MODEL",
      });
    }
    return await (await loadLocal()).askLocally(text, setup, results, signal);
  }
  const end = await (await loadModel())
    .askModel(text, { ...setup, model }, options, results, signal)
    .catch((error): ModelEnd => {
      if (!(error instanceof LMError)) throw error;
      return { stop: "error", ok: false, text: error.line, next: [], silent: true };
    });
  if (!end.silent || signal.aborted || options.act !== undefined) return { ...end, byModel: true };
  // Nothing was done yet: what can be found without a model is better than nothing, and is no success.
  emit("notice", { level: "warning", text: `${end.text}; answered without the model` });
  const local = await (await loadLocal()).askLocally(text, setup, results, signal);
  return { ...local, ok: false, stop: local.stop === "done" ? "error" : local.stop };
}
