import type { Event } from "../../core/events.ts";
import type { Output } from "./output.ts";

/**
 * Makes a consumer of events that prints each as one line of JSON. All controls are escaped, also
 * those that JSON itself lets pass, so that the lines are safe to look at in a terminal.
 */
export function createJsonLines(output: Output): (event: Event) => void {
  return (event) => output.write(`${jsonLine(event)}\n`);
}

/** A value as one line of JSON without any control, bidi or invisible character in it. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\xad]|\p{Cf}|[\u2028\u2029]/gu,
    (c) => [...Array(c.length)].map((_, i) => escapeUnit(c.charCodeAt(i))).join(""),
  );
}

function escapeUnit(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
