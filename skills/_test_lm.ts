import { type Script, scriptedLM, type ScriptedReply } from "../core/lm/scripted_lm.ts";
import type { LM, LMRequest } from "../core/lm/types.ts";

/** A model for the context of a tool or skill, with what it was asked. */
export interface TestLM {
  readonly lm: () => Promise<LM>;
  /** The last message of each request. */
  readonly asked: readonly string[];
}

/** A model that says these, in order; an object is said as JSON. */
export function testLM(script: Script | readonly (ScriptedReply | object)[]): TestLM {
  const asked: string[] = [];
  const replies = typeof script === "function" ? script : script.map(
    (each): ScriptedReply =>
      typeof each === "string" || each instanceof Error ? each : JSON.stringify(each),
  );
  const inner = scriptedLM(replies);
  const call = (request: LMRequest) => {
    asked.push(request.messages.at(-1)!.content);
    return inner.call(request);
  };
  return { lm: () => Promise.resolve({ ...inner, call }), asked };
}
