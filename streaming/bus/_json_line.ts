import { shallowProblem, tooLarge } from "./_json_problem.ts";
import type { Message } from "./types.ts";

/**
 * Makes messages lines: what they have in common is written once, so that one takes half of what
 * `JSON.stringify` of all of it does.
 *
 * @param maxBytes of a value, about.
 * @param hasOddIds whether ids may need to be escaped; a look at each would cost a fifth of it all.
 * @returns the line with its end; throws a TypeError for what JSON cannot hold, or what is too large.
 */
export function jsonLines(
  maxBytes: number,
  hasOddIds: () => boolean,
): (message: Message) => string {
  let topic: string | undefined;
  let afterId = "";
  let ts: number | undefined;
  let time = "";
  let beforeValue = "";
  return (message) => {
    const { id, key, value } = message;
    const problem = shallowProblem(value, maxBytes);
    if (problem !== undefined) throw new TypeError(problem);
    const json = JSON.stringify(value);
    if (json !== undefined && json.length > maxBytes) throw new TypeError(tooLarge(maxBytes));
    if (json === undefined || hasOddIds()) return `${JSON.stringify(message)}\n`;
    if (message.topic !== topic) {
      topic = message.topic;
      afterId = `","topic":${JSON.stringify(topic)},"seq":`;
    }
    if (message.ts !== ts) {
      ts = message.ts;
      time = `,"ts":${JSON.stringify(ts)}`;
      beforeValue = `${time},"value":`;
    }
    // Few pieces: each costs when they are joined.
    return '{"id":"' + id + afterId + message.seq +
      (key === undefined ? beforeValue : `${time},"key":${JSON.stringify(key)},"value":`) +
      json + "}\n";
  };
}
