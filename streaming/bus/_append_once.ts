import type { LineFiles } from "./line_files.ts";

/** When a file is moved away. */
export interface Rotation {
  /** Bytes above which it is. */
  readonly maxBytes: number;
  /** How many are kept. */
  readonly keep: number;
}

/** Appends the parts of a batch to their files, each once, also when the batch comes again. */
export class AppendOnce {
  readonly #files: LineFiles;
  readonly #rotation: Rotation;
  #batch: unknown;
  /** Files that have their part of the batch. */
  readonly #written: Set<string> = new Set();

  constructor(files: LineFiles, rotation: Rotation) {
    this.#files = files;
    this.#rotation = rotation;
  }

  /**
   * Rejects when a file cannot be written; the others are left out when the same batch comes again.
   *
   * @param batch told by its identity.
   * @param parts text by the name of its file; an empty one is left out.
   */
  async append(
    batch: unknown,
    parts: Iterable<readonly [name: string, text: string | Uint8Array<ArrayBuffer>]>,
  ): Promise<void> {
    if (batch !== this.#batch) this.#written.clear();
    this.#batch = batch;
    const { maxBytes, keep } = this.#rotation;
    for (const [name, text] of parts) {
      if (text.length === 0 || this.#written.has(name)) continue;
      const size = await this.#files.append(name, text);
      this.#written.add(name);
      // The lines are kept; what could not be moved away is tried again with the next ones.
      if (size > maxBytes) await this.#files.rotate(name, maxBytes, keep).catch(() => {});
    }
    this.#batch = undefined;
  }
}
