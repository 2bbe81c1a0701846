import { characterWidth, graphemes } from "../ui/width.ts";

/** A line as it is laid out over the rows of a terminal. */
export interface Layout {
  /** What stands in each row. A full row is followed by another, if need be an empty one. */
  readonly rows: readonly string[];
  /** Row of the cursor, from 0. */
  readonly row: number;
  /** Column of the cursor, from 0. */
  readonly column: number;
}

/**
 * Lays a prompt and a line out. Controls are shown as visible characters, a line feed as an arrow,
 * so that nothing in the line can act on the terminal.
 *
 * @param prompt plain text without controls.
 * @param text the line.
 * @param cursor UTF-16 offset in the line.
 * @param columns width of the terminal.
 */
export function layOut(prompt: string, text: string, cursor: number, columns: number): Layout {
  const width = Math.max(2, columns);
  const rows: string[] = [""];
  let used = 0;
  let offset = -prompt.length;
  let at = { row: 0, column: 0 };
  for (const character of [...graphemes(prompt), ...graphemes(text)]) {
    for (const [i, glyph] of glyphsOf(character).entries()) {
      const wide = characterWidth(glyph);
      if (used + wide > width) {
        rows.push("");
        used = 0;
      }
      if (offset <= cursor && i === 0) mark();
      rows[rows.length - 1] += glyph;
      used += wide;
    }
    offset += character.length;
  }
  if (used >= width) {
    rows.push("");
    used = 0;
  }
  if (offset <= cursor) mark();
  return { rows, ...at };

  function mark() {
    // The place behind a full row is the start of the next.
    at = used >= width ? { row: rows.length, column: 0 } : { row: rows.length - 1, column: used };
  }
}

/** What is shown for a character, in pieces that are never torn apart. */
function glyphsOf(character: string): string[] {
  if (character === "\n") return ["\u21b5"];
  if (character === "\t") return [" "];
  if (characterWidth(character) > 0) return [character];
  const code = character.codePointAt(0)!;
  return code < 0x20
    ? ["^", String.fromCharCode(code + 0x40)]
    : [...`<${code.toString(16).padStart(4, "0")}>`];
}
