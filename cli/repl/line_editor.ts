import type { Completer } from "./complete.ts";
import type { History } from "./history.ts";
import { createPlainReader } from "./_plain_reader.ts";
import { createTerminalReader } from "./_terminal_reader.ts";

/** Where keys or lines come from: the shape of `Deno.stdin`. */
export interface LineInput {
  read(into: Uint8Array): Promise<number | null>;
  /** With `cbreak` the keys that send signals still do. */
  setRaw(mode: boolean, options?: { cbreak: boolean }): void;
  isTerminal(): boolean;
}

/** Where the line is shown. */
export interface LineOutput {
  write(text: string): void;
  isTerminal(): boolean;
  /** Present size of the terminal in characters. */
  size(): { readonly columns: number; readonly rows: number };
}

/** Options of {@linkcode createLineReader}. */
export interface LineReaderOptions {
  /** Shown before each line; asked for anew each time when it is a function. */
  readonly prompt: string | (() => string);
  /**
   * Called for Ctrl-C and Escape: true when that stopped something, and means nothing for the line.
   * Default: there is nothing to stop.
   */
  readonly interrupt?: () => boolean;
  /**
   * What stays on the screen of a line that was entered, empty for nothing; undefined for the line
   * as it was typed, the default.
   */
  readonly entered?: (line: string) => string | undefined;
  /** Turns the prompt into what is shown, with colours. Default: as it is. */
  readonly paintPrompt?: (prompt: string) => string;
  /** Lines that can be called back; each line read is added. */
  readonly history?: History;
  /** What the Tab key proposes. */
  readonly complete?: Completer;
  /** Reads lines without editing even from a terminal, for `TERM=dumb`. Default false. */
  readonly plain?: boolean;
  readonly input: LineInput;
  readonly output: LineOutput;
}

/** Reads line after line. */
export interface LineReader {
  /** The next line; undefined at the end of input. */
  read(): Promise<string | undefined>;
  /** Whether it keeps a line on the screen, and so can be asked for lines while others write. */
  readonly live: boolean;
  /**
   * Writes something above the line that may be under way. It may end within a row: what is written
   * next goes on there.
   */
  above(text: string): void;
  /** Puts whole rows above the line, and above a row that is still being written. */
  insert(rows: string): void;
  /** Asks for the prompt anew and shows it. */
  refresh(): void;
  /**
   * Gives the keys to another, a question, and takes the line away meanwhile: what is typed from now
   * on goes there, what was typed before stays in the line.
   */
  lend<T>(use: (input: LineInput) => Promise<T>): Promise<T>;
  /** Gives the terminal back as it was. A read that is waiting gives undefined. */
  close(): void;
}

/**
 * Reads lines: with editing, history and completion from a terminal, else as they come. The
 * terminal is in raw mode only while a line is read, and is restored on every way out.
 */
export function createLineReader(options: LineReaderOptions): LineReader {
  const { input, output, plain = false } = options;
  return input.isTerminal() && output.isTerminal() && !plain
    ? createTerminalReader(options)
    : createPlainReader(options);
}
