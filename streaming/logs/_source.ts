import type { Clock } from "./clock.ts";
import { type FilePosition, HEAD_BYTES } from "./file_position.ts";
import { hashBytes } from "./_hash_bytes.ts";
import { isBinary } from "./_is_binary.ts";
import { LineSplitter, type Piece } from "./_line_splitter.ts";
import { type OpenCandidate, readHead } from "./_open_candidates.ts";

/** A change this young may not show in the file's time yet. Milliseconds. */
const RACY_MS = 50;

/** What a read gave: pieces, nothing more for now, or that the file may not be the one it was. */
export type SourceRead = readonly Piece[] | "end" | "other";

/** How a source begins. */
export interface SourceOptions {
  readonly candidate: OpenCandidate;
  /** Where to go on; undefined from the start. */
  readonly from: FilePosition | undefined;
  readonly generation: number;
  readonly maxLine: number;
  readonly clock: Clock;
}

/** One open file of a log, read forwards. */
export class Source {
  /** When bytes came last, by the monotonic clock. */
  busyAt: number;
  /** How far it is given. */
  position: FilePosition;
  /** Whether the last read found nothing more. */
  isAtEnd = false;
  readonly #handle: Deno.FsFile;
  readonly #clock: Clock;
  readonly #splitter: LineSplitter;
  #head: Uint8Array;
  #isBinary: boolean;
  #cursor: number;
  #mtime: number;

  constructor({ candidate, from, generation, maxLine, clock }: SourceOptions) {
    const { dev, ino, born, mtime, handle } = candidate;
    const head = candidate.head.slice();
    this.position = {
      ...{ dev, ino, born, generation },
      mtime: from?.mtime ?? mtime,
      head: hashBytes(head),
      headBytes: head.length,
      offset: from?.offset ?? 0,
      ...from?.continues && { continues: true },
    };
    const { offset, continues = false } = this.position;
    this.busyAt = clock.elapsed();
    this.#handle = handle;
    this.#clock = clock;
    this.#splitter = new LineSplitter({ offset, continues, maxLine });
    this.#head = head;
    this.#isBinary = isBinary(head);
    this.#cursor = offset;
    this.#mtime = mtime;
    handle.seekSync(offset, Deno.SeekMode.Start);
  }

  /** Bytes of a line whose end has not come. */
  get held(): number {
    return this.#splitter.held;
  }

  /** Bytes read. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Time of the last change that was seen. */
  get mtime(): number {
    return this.#mtime;
  }

  /** Whether the file has no name any more. */
  get isDeleted(): boolean {
    return this.#handle.statSync().nlink === 0;
  }

  /** Whether its first bytes are those of a text. */
  get isText(): boolean {
    return !this.#isBinary;
  }

  /**
   * The file was looked at and is the same.
   *
   * @param head its first bytes now; undefined for a file that has no name here any more.
   */
  trust(head: Uint8Array = readHead(this.#handle, this.#cursor)): void {
    if (head.length <= this.#head.length || !startsWith(head, this.#head)) return;
    this.#head = head.slice();
    this.#isBinary = isBinary(head);
    this.position = { ...this.position, head: hashBytes(head), headBytes: head.length };
  }

  /**
   * Reads on. What was read counts only if the file is still the same afterwards. At once: what was
   * just written is cached, and a turn of a thread pool costs more than the read.
   */
  read(buffer: Uint8Array): SourceRead {
    const count = this.#handle.readSync(buffer) ?? 0;
    const { size, mtime } = this.#handle.statSync();
    if (!this.#isSame(size, mtime?.getTime() ?? 0, count)) {
      this.#handle.seekSync(this.#cursor, Deno.SeekMode.Start);
      this.isAtEnd = false;
      return "other";
    }
    this.isAtEnd = count === 0;
    if (count === 0) return "end";
    const offset = this.#cursor;
    this.#cursor += count;
    this.busyAt = this.#clock.elapsed();
    return this.#splitter.push(buffer.subarray(0, count), offset);
  }

  /** Gives up waiting for the end of a line; see {@linkcode LineSplitter.flush}. */
  flush(all: boolean): Piece | undefined {
    return this.#isBinary ? undefined : this.#splitter.flush(all);
  }

  /** The position behind a piece. */
  after({ end, partial }: Pick<Piece, "end" | "partial">): FilePosition {
    const { continues: _, ...rest } = this.position;
    return { ...rest, mtime: this.#mtime, offset: end, ...partial && { continues: true } };
  }

  close(): void {
    this.#handle.close();
  }

  #isSame(size: number, mtime: number, count: number): boolean {
    if (size < this.#cursor + count) return false;
    const settled = mtime === this.#mtime && this.#clock.now() - mtime > RACY_MS;
    this.#mtime = mtime;
    if (settled && this.#head.length === Math.min(size, HEAD_BYTES)) return true;
    // Longer than known: it takes a look around to tell growth from a new beginning.
    const head = readHead(this.#handle, this.#cursor + count);
    return head.length === this.#head.length && startsWith(head, this.#head);
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  if (bytes.length < start.length) return false;
  for (let i = 0; i < start.length; i++) if (bytes[i] !== start[i]) return false;
  return true;
}
