import { jsonProblem, shallowProblem, tooLarge } from "./_json_problem.ts";
import type { Message } from "./types.ts";

/** What is asked of messages that become text. */
export interface JsonForm {
  /** Bytes of a value at most, about. */
  readonly maxBytes: number;
  /** Whether ids may need to be escaped; a look at each would cost a fifth of it all. */
  hasOddIds(): boolean;
}

/**
 * Makes messages lines, as `JSON.stringify` of all of it would in more than twice the time.
 *
 * @returns the line with its end; throws a TypeError for what JSON cannot hold, or what is too large.
 */
export function jsonLines({ maxBytes, hasOddIds }: JsonForm): (message: Message) => string {
  const restOf = rests(maxBytes);
  let topic: string | undefined;
  let afterId = "";
  return (message) => {
    const rest = restOf(message);
    if (message.topic !== topic) {
      topic = message.topic;
      afterId = `","topic":${JSON.stringify(topic)},"seq":`;
    }
    const id = hasOddIds() ? escaped(message.id) : message.id;
    return '{"id":"' + id + afterId + message.seq + rest + "}\n";
  };
}

/**
 * The same without what a stream of a store knows: topic and position. Values are looked through
 * first, so that one that is too large is never made text.
 */
export function storedTexts({ maxBytes, hasOddIds }: JsonForm): (message: Message) => string {
  const restOf = rests(maxBytes);
  return (message) => {
    const problem = jsonProblem(message.value, maxBytes);
    if (problem !== undefined) throw new TypeError(problem);
    const rest = restOf(message);
    return '{"id":"' + (hasOddIds() ? escaped(message.id) : message.id) + '"' + rest + "}";
  };
}

/** Time, key and value: most messages in a row have the time of the one before. */
function rests(maxBytes: number): (message: Message) => string {
  let ts: number | undefined;
  let time = "";
  let beforeValue = "";
  return (message) => {
    const { key, value } = message;
    const problem = shallowProblem(value, maxBytes);
    if (problem !== undefined) throw new TypeError(problem);
    const json = JSON.stringify(value) as string | undefined;
    if (json !== undefined && json.length > maxBytes) throw new TypeError(tooLarge(maxBytes));
    if (message.ts !== ts) {
      ts = message.ts;
      time = `,"ts":${JSON.stringify(ts)}`;
      beforeValue = `${time},"value":`;
    }
    // Few pieces: each costs when they are joined.
    if (key === undefined && json !== undefined) return beforeValue + json;
    return time + (key === undefined ? "" : `,"key":${JSON.stringify(key)}`) +
      (json === undefined ? "" : `,"value":${json}`);
  };
}

function escaped(id: string): string {
  return JSON.stringify(id).slice(1, -1);
}
