import { AppendOnce } from "./_append_once.ts";
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
  /** Without its end. Made when it is written, which is not where it comes up. */
  text(): string;
}

/** Appends lines to files in batches, and moves files away that are large. */
export class LineWriter {
  /** Lines that could not be written. */
  lost = 0;
  readonly #appender: AppendOnce;
  readonly #outbox: Outbox<Line>;

  constructor(files: LineFiles, options: LineWriterOptions = {}) {
    const { maxBytes = 10_000_000, keep = 5, onError = () => {} } = options;
    this.#appender = new AppendOnce(files, { maxBytes, keep });
    this.#outbox = new Outbox<Line>((batch) => this.#write(batch), (_line, error) => {
      this.lost++;
      onError(error);
    }, { most: 8192, ...options });
  }

  /** Takes a line in; never waits. */
  push(name: string, text: () => string): void {
    this.#outbox.push({ name, text });
  }

  /** Waits until all lines are written or given up. */
  flush(): Promise<void> {
    return this.#outbox.flush();
  }

  async #write(batch: readonly Line[]): Promise<readonly []> {
    const texts = new Map<string, string>();
    for (const { name, text } of batch) texts.set(name, `${texts.get(name) ?? ""}${text()}\n`);
    await this.#appender.append(batch, texts);
    return [];
  }
}
