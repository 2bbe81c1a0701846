import { widthOf } from "../ui/width.ts";
import { type Buffer, EMPTY } from "./_buffer.ts";
import { type Layout, layOut } from "./_layout.ts";
import type { LineOutput } from "./line_editor.ts";

/** The rows of the terminal that hold the prompt and the line. */
export interface Screen {
  /** Begins a line on the row where the cursor is. */
  open(prompt: string): void;
  /** Shows the line, with another prompt while searching. */
  show(buffer: Buffer, prompt?: string): void;
  /** Shows the line again after the terminal's size has changed. */
  redraw(): void;
  /** Shows the line again on the row where the cursor is now. */
  reopen(): void;
  /** Clears the terminal; the line moves to its top. */
  clear(): void;
  /** Prints lines below the line; the line is shown again beneath them. */
  below(lines: readonly string[]): void;
  /** Present width of the terminal. */
  columns(): number;
  /** Takes the line away while something else is written, which must end its last row. */
  aside(write: () => void): void;
  /** Ends the line with a mark behind it and a text below; what follows starts on a new row. */
  leave(mark: string, below: string): void;
}

interface Line {
  readonly prompt: string;
  readonly buffer: Buffer;
}

/** Makes the screen part of a line editor; everything goes out in one write per change. */
export function createScreen(
  output: LineOutput,
  paintPrompt: (prompt: string) => string = (prompt) => prompt,
): Screen {
  let ownPrompt = "";
  let line: Line = { prompt: "", buffer: EMPTY };
  /** What stands around the cursor; undefined when it is on a row of its own. */
  let shown: Line | undefined;
  return {
    open(prompt) {
      ownPrompt = prompt;
      shown = undefined;
    },
    show(buffer, prompt = ownPrompt) {
      line = { prompt, buffer };
      draw();
    },
    redraw: draw,
    reopen() {
      shown = undefined;
      draw();
    },
    clear() {
      output.write("\x1b[H\x1b[2J");
      shown = undefined;
      draw();
    },
    below(lines) {
      output.write(`${toEnd()}\r\n${lines.join("\r\n")}\r\n`);
      shown = undefined;
      draw();
    },
    columns: () => output.size().columns,
    aside(write) {
      if (shown === undefined) return write();
      output.write(`${toTop()}\x1b[J`);
      write();
      shown = undefined;
      draw();
    },
    leave(mark, below) {
      output.write(`${toEnd()}${mark}\r\n${below === "" ? "" : `${below}\r\n`}`);
      shown = undefined;
    },
  };

  /**
   * The rows of a line that fit on the terminal, around the cursor. When the width has changed, the
   * terminal has laid out anew what it shows, and so comes to the same rows.
   */
  function visible({ prompt, buffer: { text, cursor } }: Line): Layout & { readonly top: boolean } {
    const size = output.size();
    const height = Math.max(1, size.rows);
    const { rows, row, column } = layOut(prompt, text, cursor, size.columns);
    const first = Math.max(0, Math.min(row - height + 1, rows.length - height));
    return { rows: rows.slice(first, first + height), row: row - first, column, top: first === 0 };
  }

  function draw() {
    const { rows, row, column, top } = visible(line);
    const [first = "", ...others] = rows;
    // A full row wraps by itself; only an empty one behind it must be asked for.
    const text = [top ? paintFirst(first) : first, ...others].join("");
    const lastIsEmpty = rows.length > 1 && rows.at(-1) === "";
    output.write(
      `${toTop()}\x1b[J${text}${lastIsEmpty ? "\r\n" : ""}` +
        `${up(rows.length - 1 - row)}\r${right(column)}`,
    );
    shown = line;
  }

  function paintFirst(row: string): string {
    const { prompt } = line;
    return row.startsWith(prompt) ? paintPrompt(prompt) + row.slice(prompt.length) : row;
  }

  function toTop(): string {
    return `${shown === undefined ? "" : up(visible(shown).row)}\r`;
  }

  function toEnd(): string {
    if (shown === undefined) return "";
    const { rows, row } = visible(shown);
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
