import type { LM } from "../lm/types.ts";
import type { Adapter } from "./adapter.ts";
import { chat } from "./chat.ts";
import { json } from "./json.ts";

/** Adapters in the order in which they are tried, and whether a repair is asked for at the end. */
export interface Fallback {
  /** Tried in order; the next one only after a {@linkcode ParseError}. */
  readonly adapters: readonly Adapter[];
  /** Whether one last call shows the model its bad reply and what is wrong with it. */
  readonly repair: boolean;
}

/**
 * Tries adapters in order, then asks for a repair: each is a call of its own, counted in `usage` and
 * shown to `onStep`. Only a {@linkcode ParseError} leads on; an `LMError` ends it at once. A plain
 * list, `adapters: [chat]`, does the same without the repair.
 *
 * @example
 * ```ts
 * import { chat, fallback, json, predict } from "@dspy/code/core/program";
 *
 * const qa = predict("question -> answer", { adapters: fallback(json, chat) });
 * console.assert(qa.options.adapters !== undefined);
 * ```
 */
export function fallback(...adapters: readonly [Adapter, ...Adapter[]]): Fallback {
  return { adapters, repair: true };
}

const JSON_FIRST = fallback(json, chat);
const CHAT_FIRST = fallback(chat, json);

/** What is tried when nothing is said: small local models do best when a schema holds them. */
export function defaultFallback(lm: LM): Fallback {
  return lm.can.schema && lm.id.startsWith("ollama/") ? JSON_FIRST : CHAT_FIRST;
}

/** A list of adapters as what it means. */
export function asFallback(adapters: readonly Adapter[] | Fallback): Fallback {
  return "adapters" in adapters ? adapters : { adapters, repair: false };
}
