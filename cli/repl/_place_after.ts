import { characterWidth, graphemes } from "../ui/width.ts";

/** Where the cursor of a terminal stands. */
export interface CursorPlace {
  /** Rows below the one where the text began. */
  readonly row: number;
  /** Column from 0; the terminal's width behind a row that is full to its edge. */
  readonly column: number;
  /** Offset in the text of what stands in the last row. */
  readonly start: number;
}

const TAB = 8;

/**
 * Where the cursor is after a text that was written from the beginning of a row on.
 *
 * @param text without line ends; colours take no room.
 * @param columns width of the terminal.
 */
export function placeAfter(text: string, columns: number): CursorPlace {
  let row = 0;
  let column = 0;
  let start = 0;
  let offset = 0;
  // deno-lint-ignore no-control-regex -- colours begin with the escape character
  for (const [i, piece] of text.split(/(\x1b\[[\d;]*m)/).entries()) {
    if (i % 2 === 1) {
      offset += piece.length;
      continue;
    }
    for (const character of graphemes(piece)) {
      const wide = character === "\t" ? TAB - column % TAB : characterWidth(character);
      if (character === "\t") column = Math.min(columns - 1, column + wide);
      else if (column + wide > columns) {
        row++;
        column = wide;
        start = offset;
      } else column += wide;
      offset += character.length;
    }
  }
  return { row, column, start };
}
