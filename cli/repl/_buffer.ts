import { boundaryAfter, boundaryAt, boundaryBefore } from "../ui/width.ts";

/** A line being edited. */
export interface Buffer {
  readonly text: string;
  /** UTF-16 offset between two characters. */
  readonly cursor: number;
}

/** A range of a buffer's text, by UTF-16 offsets. */
export type Span = readonly [from: number, to: number];

export const EMPTY: Buffer = { text: "", cursor: 0 };

/** A buffer with the cursor at the end of a text. */
export function bufferOf(text: string): Buffer {
  return { text, cursor: text.length };
}

/** Puts the cursor somewhere, or behind the character that this would cut. */
export function moveTo({ text }: Buffer, cursor: number): Buffer {
  return { text, cursor: boundaryAt(text, cursor) };
}

/** Replaces a span; the cursor is then behind what was put in. */
export function replace({ text }: Buffer, [from, to]: Span, by: string): Buffer {
  return moveTo({ text: text.slice(0, from) + by + text.slice(to), cursor: 0 }, from + by.length);
}

/** Puts text in at the cursor. */
export function insert(buffer: Buffer, text: string): Buffer {
  return replace(buffer, [buffer.cursor, buffer.cursor], text);
}

/** The character before the cursor. */
export function characterBefore({ text, cursor }: Buffer): Span {
  return [boundaryBefore(text, cursor), cursor];
}

/** The character behind the cursor. */
export function characterAfter({ text, cursor }: Buffer): Span {
  return [cursor, boundaryAfter(text, cursor)];
}

/** From the start of the word before the cursor; words are letters, digits and `_`. */
export function wordBefore({ text, cursor }: Buffer): Span {
  const before = /[\p{L}\p{N}\p{M}_]+[^\p{L}\p{N}\p{M}_]*$/u.exec(text.slice(0, cursor));
  return [boundaryAt(text, before?.index ?? 0), cursor];
}

/** To the end of the word behind the cursor. */
export function wordAfter({ text, cursor }: Buffer): Span {
  const after = /^[^\p{L}\p{N}\p{M}_]*[\p{L}\p{N}\p{M}_]+/u.exec(text.slice(cursor));
  return [cursor, after === null ? text.length : boundaryAt(text, cursor + after[0].length)];
}

/** From the last blank before the cursor, as Ctrl-W in a shell. */
export function bigWordBefore({ text, cursor }: Buffer): Span {
  const start = /\S+\s*$/.exec(text.slice(0, cursor))?.index ?? 0;
  return [boundaryAt(text, start), cursor];
}
