import { shallowProblem, tooLarge } from "./_json_problem.ts";
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
  const stampOf = stamps();
  let topic: string | undefined;
  let afterId = "";
  return (message) => {
    const json = valueJson(message.value, maxBytes);
    if (json === undefined || hasOddIds()) return `${JSON.stringify(message)}\n`;
    if (message.topic !== topic) {
      topic = message.topic;
      afterId = `","topic":${JSON.stringify(topic)},"seq":`;
    }
    // Few pieces: each costs when they are joined.
    return '{"id":"' + message.id + afterId + message.seq + stampOf(message) + json + "}\n";
  };
}

/** The same without what a stream of a store knows: topic and position. */
export function storedTexts({ maxBytes, hasOddIds }: JsonForm): (message: Message) => string {
  const stampOf = stamps();
  return (message) => {
    const json = valueJson(message.value, maxBytes);
    if (json !== undefined && !hasOddIds()) {
      return '{"id":"' + message.id + '"' + stampOf(message) + json + "}";
    }
    const { id, ts, key, value } = message;
    return JSON.stringify({ id, ts, key, value });
  };
}

/** What stands between position and value: most messages in a row have the same. */
function stamps(): (message: Message) => string {
  let ts: number | undefined;
  let time = "";
  let stamp = "";
  return (message) => {
    if (message.ts !== ts) {
      ts = message.ts;
      time = `,"ts":${JSON.stringify(ts)}`;
      stamp = `${time},"value":`;
    }
    const { key } = message;
    return key === undefined ? stamp : `${time},"key":${JSON.stringify(key)},"value":`;
  };
}

/** Undefined when an object leaves it out. */
function valueJson(value: unknown, maxBytes: number): string | undefined {
  const problem = shallowProblem(value, maxBytes);
  if (problem !== undefined) throw new TypeError(problem);
  const json = JSON.stringify(value) as string | undefined;
  if (json !== undefined && json.length > maxBytes) throw new TypeError(tooLarge(maxBytes));
  return json;
}
