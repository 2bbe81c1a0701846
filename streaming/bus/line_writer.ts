import { lineBatches } from "./_line_batches.ts";
import type { LineFiles } from "./line_files.ts";
import { Outbox, type OutboxOptions } from "./outbox.ts";

/** Options of a {@linkcode LineWriter}. */
export interface LineWriterOptions extends OutboxOptions {
  /** Bytes above which a file is moved away. Default 10 MB. */
  readonly maxBytes?: number;
  /** Files kept that were moved away. Default 5. */
  readonly keep?: number;
  /** Told of lines that cannot be written. Default: nobody; they are counted. */
  readonly onError?: (error: unknown) => void;
}

interface Line {
  readonly name: string;
  text(): string;
}

/** Appends lines to files in batches, and moves files away that are large. */
export class LineWriter {
  /** Lines that could not be written. */
  lost = 0;
  readonly #outbox: Outbox<Line>;

  constructor(files: LineFiles, options: LineWriterOptions = {}) {
    const { maxBytes = 10_000_000, keep = 5, onError = () => {} } = options;
    const open = lineBatches<Line>(files, {
      nameOf: ({ name }) => name,
      lineOf: ({ text }) => `${text()}\n`,
      itemOf: (line, name) => ({ name, text: () => line }),
      maxBytes,
      keep,
    });
    this.#outbox = new Outbox(open, (_line, error) => {
      this.lost++;
      onError(error);
    }, { most: Infinity, ...options });
  }

  /**
   * Takes a line in; never waits.
   *
   * @param text it without its end, made when it is its turn.
   */
  push(name: string, text: () => string): void {
    this.#outbox.push({ name, text });
  }

  /** Waits until all lines are written or given up. */
  flush(): Promise<void> {
    return this.#outbox.flush();
  }
}
