import { throwIfAborted } from "./_aborted.ts";
import { estimateUsage } from "./_estimate_usage.ts";
import { LMError } from "./lm_error.ts";
import type { LM, LMCapabilities, LMRequest, LMResponse } from "./types.ts";

/** What a {@linkcode scriptedLM} says: a text, a reply with the rest filled in, or an error to throw. */
export type ScriptedReply = string | Partial<LMResponse> | Error;

/** Gives the reply to a request; `call` counts from 0. */
export type Script = (
  request: LMRequest,
  call: number,
) => ScriptedReply | Promise<ScriptedReply>;

/** Options of {@linkcode scriptedLM}. */
export interface ScriptedLMOptions {
  /** Default `scripted/lm`. */
  readonly id?: string;
  /** What it can do; what is left out it can, except think. */
  readonly can?: Partial<LMCapabilities>;
}

/**
 * A model that says what it is told to, for tests and examples: no network. Token counts are
 * estimated; a request for pieces gets the text word by word.
 *
 * @param script a function of the request, or the replies in order.
 * @throws {LMError} from `call`: `refused` when the list is at its end.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const echo = scriptedLM(({ messages }) => messages.at(-1)!.content.toUpperCase());
 * const { text } = await echo.call({ messages: [{ role: "user", content: "hey" }] });
 * assert.equal(text, "HEY");
 * ```
 */
export function scriptedLM(
  script: Script | readonly ScriptedReply[],
  options: ScriptedLMOptions = {},
): LM {
  const { id = "scripted/lm" } = options;
  const can = { schema: true, tools: true, stream: true, think: false, ...options.can };
  const next = typeof script === "function" ? script : fromList(script);
  let calls = 0;
  return {
    id,
    can,
    call: async (request) => {
      throwIfAborted(request.signal);
      const reply = await next(request, calls++);
      throwIfAborted(request.signal);
      if (reply instanceof Error) throw reply;
      const response = complete(request, typeof reply === "string" ? { text: reply } : reply);
      if (request.onDelta) tell(response, request.onDelta);
      return response;
    },
  };
}

function fromList(list: readonly ScriptedReply[]): Script {
  return (_, call) =>
    list[call] ?? new LMError("refused", `the script has ${list.length} replies, not ${call + 1}`);
}

function complete(request: LMRequest, reply: Partial<LMResponse>): LMResponse {
  const { text = "", toolCalls } = reply;
  const finish = toolCalls && toolCalls.length > 0 ? "tool" : "stop";
  const usage = reply.usage ?? estimateUsage(request, { ...reply, text });
  return { finish, cached: false, ...reply, text, usage };
}

function tell({ text, thinking }: LMResponse, onDelta: NonNullable<LMRequest["onDelta"]>): void {
  if (thinking) onDelta({ thinking });
  for (const word of text.match(/\s*\S+|\s+$/g) ?? []) onDelta({ text: word });
}
