import { lineOutboxes } from "./_line_outbox.ts";
import type { LineFiles } from "./line_files.ts";
import type { Outbox, OutboxOptions } from "./outbox.ts";

/** Options of a {@linkcode LineWriter}. */
export interface LineWriterOptions extends OutboxOptions {
  /** Bytes above which a file is moved away. Default 10 MB. */
  readonly maxBytes?: number;
  /** Files kept that were moved away. Default 5. */
  readonly keep?: number;
  /** Told of lines that cannot be written. Default: nobody; they are counted. */
  readonly onError?: (error: unknown) => void;
}

/** Appends lines to files in batches, and moves files away that are large. */
export class LineWriter {
  /** Lines that could not be written. */
  lost = 0;
  readonly #open: (name: string) => Outbox<() => string>;
  readonly #outboxes: Map<string, Outbox<() => string>> = new Map();

  constructor(files: LineFiles, options: LineWriterOptions = {}) {
    const { maxBytes = 10_000_000, keep = 5, onError = () => {} } = options;
    const form = {
      lineOf: (text: () => string) => `${text()}\n`,
      itemOf: (line: string) => () => line,
    };
    this.#open = lineOutboxes(files, form, (_line, error) => {
      this.lost++;
      onError(error);
    }, { ...options, maxBytes, keep });
  }

  /**
   * Takes a line in; never waits.
   *
   * @param text it without its end, made when it is its turn.
   */
  push(name: string, text: () => string): void {
    let outbox = this.#outboxes.get(name);
    if (outbox === undefined) this.#outboxes.set(name, outbox = this.#open(name));
    outbox.push(text);
  }

  /** Waits until all lines are written or given up. */
  async flush(): Promise<void> {
    await Promise.all([...this.#outboxes.values()].map((outbox) => outbox.flush()));
  }
}
