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
  /**
   * Lets something be written while a line may be under way: the line is taken away before and
   * shown again after.
   *
   * @param write writes whole rows.
   */
  aside(write: () => void): void;
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
