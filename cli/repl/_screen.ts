import { widthOf } from "../ui/width.ts";
import { type Buffer, EMPTY } from "./_buffer.ts";
import { type Layout, layOut } from "./_layout.ts";
import type { LineOutput } from "./line_editor.ts";
import { placeAfter } from "./_place_after.ts";

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
  /**
   * Writes something else above the line. It may end within a row: what is written next goes on
   * there.
   */
  above(text: string): void;
  /** Puts whole rows above the line, and above a row that is still being written. */
  insert(rows: string): void;
  /** Shows the line with another prompt. */
  reprompt(prompt: string): void;
  /** Takes the line away; what follows is written in its place. */
  take(): void;
  /** Takes the line away and shows nothing of it until it is opened or {@linkcode unhide} is called. */
  hide(): void;
  /** Shows the line again that was hidden. */
  unhide(): void;
  /** Ends the line with a mark behind it and a text below; what follows starts on a new row. */
  leave(mark: string, below: string): void;
}

interface Line {
  readonly prompt: string;
  readonly buffer: Buffer;
}

/** Longest unfinished row, in characters, that is remembered from its beginning on. */
const MOST_TAIL = 800;

/** Makes the screen part of a line editor; everything goes out in one write per change. */
export function createScreen(
  output: LineOutput,
  paintPrompt: (prompt: string) => string = (prompt) => prompt,
): Screen {
  let ownPrompt = "";
  let line: Line = { prompt: "", buffer: EMPTY };
  /** What stands around the cursor; undefined when it is on a row of its own. */
  let shown: Line | undefined;
  /** What was written above and has not ended its row. */
  let tail = "";
  let hidden = false;
  let wasShown = false;
  return {
    open(prompt) {
      ownPrompt = prompt;
      shown = undefined;
    },
    show(buffer, prompt = ownPrompt) {
      line = { prompt, buffer };
      draw();
    },
    redraw() {
      // A terminal that has laid out its rows anew may have broken them elsewhere: what is not ended
      // goes on in a row of its own.
      tail = "";
      draw();
    },
    reopen() {
      shown = undefined;
      draw();
    },
    clear() {
      output.write(`\x1b[H\x1b[2J${tail}`);
      shown = undefined;
      draw();
    },
    below(lines) {
      if (hidden) return;
      output.write(`${toEnd()}\r\n${lines.join("\r\n")}\r\n`);
      shown = undefined;
      tail = "";
      draw();
    },
    columns: () => output.size().columns,
    above(text) {
      if (shown === undefined) {
        tail = unfinished(text);
        return output.write(text);
      }
      const start = home() + rejoin();
      // A row that is full to its edge has ended by itself.
      const rest = isFull() && text.startsWith("\n") ? text.slice(1) : text;
      tail = unfinished(isFull() && rest !== text ? `\n${rest}` : rest);
      output.write(`${start}${inRaw(rest)}${tail === "" ? "" : "\r\n"}${lineText()}`);
    },
    insert(rows) {
      const below = home();
      const back = tail === "" ? 0 : placeAfter(tail, columns()).row + 1;
      // What has left the screen cannot be written again.
      if (back + visible(line).rows.length >= output.size().rows) tail = "";
      const start = below + (tail === "" ? "" : up(back));
      const again = tail === "" ? "" : `${tail}\r\n`;
      const end = shown === undefined ? rejoin() : lineText();
      output.write(`${start}\x1b[J${inRaw(rows)}\r\n${again}${end}`);
    },
    reprompt(prompt) {
      if (line.prompt === ownPrompt) line = { ...line, prompt };
      ownPrompt = prompt;
      if (shown !== undefined) draw();
    },
    take() {
      output.write(home() + rejoin());
      shown = undefined;
    },
    hide() {
      if (shown !== undefined || tail !== "") output.write(home());
      tail = "";
      hidden = true;
      wasShown = shown !== undefined;
      shown = undefined;
    },
    unhide() {
      hidden = false;
      if (wasShown) draw();
    },
    leave(mark, below) {
      output.write(`${toEnd()}${mark}\r\n${below === "" ? "" : `${below}\r\n`}`);
      shown = undefined;
      tail = "";
    },
  };

  function columns(): number {
    return output.size().columns;
  }

  /** The text of the row that is not ended after more was written. */
  function unfinished(text: string): string {
    const all = tail + text;
    const last = all.slice(Math.max(all.lastIndexOf("\n"), all.lastIndexOf("\r")) + 1)
      .replaceAll(UNSEEN, "");
    return last.length > MOST_TAIL ? last.slice(placeAfter(last, columns()).start) : last;
  }

  function isFull(): boolean {
    return tail !== "" && placeAfter(tail, columns()).column >= columns();
  }

  /** From the row below what is not ended back to its end; a full row goes on in the next. */
  function rejoin(): string {
    if (tail === "" || isFull()) return "";
    return up(1) + right(placeAfter(tail, columns()).column);
  }

  /** To the row where the line begins or is to begin; all from there on is cleared. */
  function home(): string {
    return `${shown === undefined && tail !== "" ? "\r\n" : toTop()}\x1b[J`;
  }

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
    if (!hidden) output.write(home() + lineText());
  }

  /** The line from the beginning of a row on, with the cursor put into it. */
  function lineText(): string {
    const { rows, row, column, top } = visible(line);
    const [first = "", ...others] = rows;
    // A full row wraps by itself; only an empty one behind it must be asked for.
    const text = [top ? paintFirst(first) : first, ...others].join("");
    const lastIsEmpty = rows.length > 1 && rows.at(-1) === "";
    shown = line;
    return `${text}${lastIsEmpty ? "\r\n" : ""}${up(rows.length - 1 - row)}\r${right(column)}`;
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

// deno-lint-ignore no-control-regex -- what is told to the terminal and takes no room; colours stay
const UNSEEN = /\x1b\[[?\d;]*[A-Za-ln-z]/g;

/** A terminal in raw mode may need to be told to go to the beginning of the next row. */
function inRaw(text: string): string {
  return text.replaceAll(/\r?\n/g, "\r\n");
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
