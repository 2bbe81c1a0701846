import { widthOf } from "../ui/width.ts";
import type { Buffer } from "./_buffer.ts";
import { type Layout, layOut } from "./_layout.ts";
import type { LineOutput } from "./line_editor.ts";

/** The rows of the terminal that hold the prompt and the line. */
export interface Screen {
  /** Begins a line on the row where the cursor is. */
  open(prompt: string): void;
  /** Shows the line, with another prompt while searching. */
  show(buffer: Buffer, prompt?: string): void;
  /** Shows the line again after the terminal's size changed or something else wrote. */
  redraw(): void;
  /** Clears the terminal; the line moves to its top. */
  clear(): void;
  /** Prints lines below the line; the line is shown again beneath them. */
  below(lines: readonly string[]): void;
  /** Present width of the terminal. */
  columns(): number;
  /** Ends the line with a mark behind it and a text below; what follows starts on a new row. */
  leave(mark: string, below: string): void;
}

/** Makes the screen part of a line editor; everything goes out in one write per change. */
export function createScreen(
  output: LineOutput,
  paintPrompt: (prompt: string) => string = (prompt) => prompt,
): Screen {
  let ownPrompt = "";
  let prompt = "";
  let buffer: Buffer = { text: "", cursor: 0 };
  /** Rows between the first row shown and the cursor. */
  let cursorRow = 0;
  return {
    open(text) {
      ownPrompt = text;
      prompt = text;
      cursorRow = 0;
    },
    show(next, otherPrompt = ownPrompt) {
      buffer = next;
      prompt = otherPrompt;
      draw("");
    },
    redraw() {
      // The terminal has laid the old rows out anew for its new width: so do we, to find the top.
      cursorRow = visible(layout()).row;
      draw("");
    },
    clear() {
      cursorRow = 0;
      draw("\x1b[H\x1b[2J");
    },
    below(lines) {
      output.write(`${moveToEnd()}\r\n${lines.join("\r\n")}\r\n`);
      cursorRow = 0;
      draw("");
    },
    columns: () => output.size().columns,
    leave(mark, below) {
      output.write(`${moveToEnd()}${mark}\r\n${below === "" ? "" : `${below}\r\n`}`);
      cursorRow = 0;
    },
  };

  function layout(): Layout {
    return layOut(prompt, buffer.text, buffer.cursor, output.size().columns);
  }

  /** The part of a layout that fits on the terminal, around the cursor. */
  function visible({ rows, row, column }: Layout): Layout {
    const height = Math.max(1, output.size().rows);
    if (rows.length <= height) return { rows, row, column };
    const first = Math.min(Math.max(0, row - height + 1), rows.length - height);
    return { rows: rows.slice(first, first + height), row: row - first, column };
  }

  function draw(before: string) {
    const whole = layout();
    const { rows, row, column } = visible(whole);
    const [first = "", ...others] = rows;
    // A full row wraps by itself; only an empty one behind it must be asked for.
    const text = [paintFirst(first, whole.rows[0] === first), ...others].join("");
    const lastIsEmpty = rows.length > 1 && rows.at(-1) === "";
    output.write(
      `${before}${up(cursorRow)}\r\x1b[J${text}${lastIsEmpty ? "\r\n" : ""}` +
        `${up(rows.length - 1 - row)}\r${right(column)}`,
    );
    cursorRow = row;
  }

  function paintFirst(row: string, isTop: boolean): string {
    return isTop && row.startsWith(prompt) ? paintPrompt(prompt) + row.slice(prompt.length) : row;
  }

  function moveToEnd(): string {
    const { rows, row } = visible(layout());
    return `${down(rows.length - 1 - row)}\r${right(widthOf(rows.at(-1)!))}`;
  }
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}

function down(rows: number): string {
  return rows > 0 ? `\x1b[${rows}B` : "";
}

function right(columns: number): string {
  return columns > 0 ? `\x1b[${columns}C` : "";
}
