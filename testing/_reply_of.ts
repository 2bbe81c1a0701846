import { translate } from "./_alias.ts";
import { type Asked, type Reply, type ReplyCall, tokensOf } from "./_protocol.ts";
import type { Scenario, Turn } from "./scenario.ts";

/** What a reply is made from. */
export interface ReplySource {
  readonly scenario: Scenario;
  readonly dialect: string;
  /** Unique among the replies of a server. */
  readonly id: string;
}

/** Makes the reply of a turn to a request. */
export function replyOf(
  turn: Turn,
  asked: Asked,
  { scenario, dialect, id }: ReplySource,
): Reply {
  const empty = turn.fault?.empty === true;
  const calls: ReplyCall[] = empty ? [] : (turn.calls ?? []).map((call, index) => {
    const { name, args } = translate(call, scenario, dialect);
    return { id: `call_${id}_${index}`, name, args: call.rawArgs ?? JSON.stringify(args) };
  });
  const text = empty ? "" : turn.say ?? "";
  const thinking = asked.think === false ? "" : turn.think ?? "";
  const { input = asked.tokens, cached = 0 } = turn.usage ?? {};
  return {
    id,
    model: scenario.model,
    text,
    thinking,
    calls,
    finish: turn.finish ?? (calls.length > 0 ? "tool" : "stop"),
    input: Math.min(input, windowOf(asked, scenario)),
    cached,
    output: turn.usage?.output ?? tokensOf(text, thinking, calls.map(({ args }) => args).join("")),
    pieces: (text) => pieces(text, turn.split ?? scenario.split),
  };
}

/** The window that a request gets: Ollama serves the one it asks for, up to the model's own. */
export function windowOf({ numCtx }: Asked, { window, nominalWindow = window }: Scenario): number {
  return numCtx === undefined ? window : Math.min(numCtx, Math.max(window, nominalWindow));
}

/** Cuts by code points, so that each piece is text. */
function pieces(text: string, size: number | undefined): string[] {
  if (text === "") return [];
  if (size === undefined || text.length <= size) return [text];
  const points = [...text];
  return Array.from(
    { length: Math.ceil(points.length / size) },
    (_, index) => points.slice(index * size, (index + 1) * size).join(""),
  );
}
