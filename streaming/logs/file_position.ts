/** How far a file is read, and how it is recognised: not by its name. */
export interface FilePosition {
  /** Device. */
  readonly dev: number;
  /** Inode; another file may get it once this one is deleted. */
  readonly ino: number;
  /** When the file was made, milliseconds since the epoch; null where the system does not tell. */
  readonly born: number | null;
  /** Hash of its first bytes. */
  readonly head: string;
  /** How many first bytes: `min(size, 1024)` when they were read last. */
  readonly headBytes: number;
  /** Bytes whose lines were given. */
  readonly offset: number;
  /** Its last change when it was read last, milliseconds since the epoch. */
  readonly mtime: number;
  /** Counts the files of this log, also those under one inode. */
  readonly generation: number;
  /** The line before `offset` was given without its end. */
  readonly continues?: true;
  /** It was there before the first start and is not read. */
  readonly skip?: true;
}

/** How far a log is read, across its rotated files; JSON. */
export interface TailPosition {
  /** Version of the form. */
  readonly v: 1;
  /** Highest generation so far. */
  readonly generation: number;
  /** Files that were read or passed over, the newest last. */
  readonly files: readonly FilePosition[];
}

/** First bytes of a file that tell it from others. */
export const HEAD_BYTES = 1024;
