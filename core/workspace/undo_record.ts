/** One version of a file: its bytes by their SHA-256, and its permission bits if known. */
export interface Side {
  /** SHA-256 of its bytes in hex. */
  readonly hash: string;
  /** Permission bits; null when they were left to the system. */
  readonly mode: number | null;
}

/** What a commit did to one file; null stands for "did not exist". */
export interface UndoFile {
  /** Relative to the workspace's root, with `/`. */
  readonly path: string;
  /** The file before the commit. */
  readonly before: Side | null;
  /** The file after it. */
  readonly after: Side | null;
  /** Whether it was taken back. */
  readonly undone?: boolean | undefined;
}

/** What a commit did: enough to take it back and to do it again. */
export interface UndoRecord {
  /** Of this form. */
  readonly version: 1;
  /** `c1`, `c2` … in the order of the commits. */
  readonly id: string;
  /** Grows with each commit, undo and redo: the newest change has the highest. */
  readonly order: number;
  /** When it was committed, milliseconds since the epoch. */
  readonly ts: number;
  /** What it was for. */
  readonly label: string;
  /** What it did, file by file; nothing any more when it was forgotten on purpose. */
  readonly files: readonly UndoFile[];
  /** Folders the commit made, outer first. */
  readonly folders: readonly string[];
}

/** Whether a record was forgotten on purpose: it only keeps its id taken. */
export function isForgotten(record: UndoRecord): boolean {
  return record.files.length === 0;
}

/** Whether nothing of a record stands any more. */
export function isUndone(record: UndoRecord): boolean {
  return record.files.some((file) => file.undone);
}
