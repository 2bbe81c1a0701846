/** Some lines of a text. Lines count from 1, both ends included. */
export interface Segment {
  /** First line. */
  readonly start: number;
  /** Last line. */
  readonly end: number;
  /** The lines as they stand, without the last one's line end. */
  readonly text: string;
}

/**
 * Cuts the lines around one out of a text.
 *
 * @param line counted from 1; a line outside the text is moved to its nearest end.
 * @param before lines wanted above it.
 * @param after lines wanted below it.
 *
 * @example
 * ```ts
 * import { extractContext } from "@dspy/code/skills/code";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(extractContext("a\nb\nc\nd", 2, 5, 1), { start: 1, end: 3, text: "a\nb\nc" });
 * ```
 */
export function extractContext(text: string, line: number, before: number, after: number): Segment {
  const lines = text.split("\n");
  // A final line end closes the last line, it does not open another.
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  const middle = Math.min(Math.max(line, 1), lines.length);
  const start = Math.max(middle - before, 1);
  const end = Math.min(middle + after, lines.length);
  return { start, end, text: lines.slice(start - 1, end).join("\n").replace(/\r$/, "") };
}
