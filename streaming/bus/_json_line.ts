import { shallowProblem, tooLarge } from "./_json_problem.ts";
import type { Message } from "./types.ts";

/** What stands in JSON as it is. */
const PLAIN = /^[\w.:-]*$/;

/**
 * Makes messages lines: what they have in common is written once, so that one takes half of what
 * `JSON.stringify` of all of it does.
 *
 * @param maxBytes of a value, about.
 * @returns the line with its end; throws a TypeError for what JSON cannot hold, or what is too large.
 */
export function jsonLines(maxBytes: number): (message: Message) => string {
  let topic: string | undefined;
  let topicPart = "";
  let ts: number | undefined;
  let timePart = "";
  return (message) => {
    const { id, key, value } = message;
    const problem = shallowProblem(value, maxBytes);
    if (problem !== undefined) throw new TypeError(problem);
    if (message.topic !== topic) {
      topic = message.topic;
      topicPart = `,"topic":${JSON.stringify(topic)},"seq":`;
    }
    if (message.ts !== ts) {
      ts = message.ts;
      timePart = `,"ts":${JSON.stringify(ts)}`;
    }
    const json = JSON.stringify(value);
    if (json !== undefined && json.length > maxBytes) throw new TypeError(tooLarge(maxBytes));
    return '{"id":' + quoted(id) + topicPart + message.seq + timePart +
      (key === undefined ? "" : ',"key":' + JSON.stringify(key)) +
      (json === undefined ? "}\n" : ',"value":' + json + "}\n");
  };
}

function quoted(text: string): string {
  return PLAIN.test(text) ? '"' + text + '"' : JSON.stringify(text);
}
