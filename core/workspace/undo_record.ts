import { z } from "zod";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const side = z.object({ hash, mode: z.number().int().min(0).max(0o7777).nullable() });
const file = z.object({
  path: z.string().min(1),
  before: side.nullable(),
  after: side.nullable(),
  undone: z.boolean().optional(),
});

/** Checks an undo record that was read from disk. */
export const undoRecordSchema: z.ZodType<UndoRecord> = z.object({
  version: z.literal(1),
  id: z.string().regex(/^c[1-9]\d{0,9}$/),
  order: z.number(),
  ts: z.number(),
  label: z.string(),
  files: z.array(file),
  folders: z.array(z.string()),
});

/** One version of a file: its bytes by their SHA-256, and its permission bits if known. */
export interface Side {
  readonly hash: string;
  readonly mode: number | null;
}

/** What a commit did to one file; null stands for "did not exist". */
export interface UndoFile {
  /** Relative to the workspace's root, with `/`. */
  readonly path: string;
  readonly before: Side | null;
  readonly after: Side | null;
  /** Whether it was taken back. */
  readonly undone?: boolean | undefined;
}

/** What a commit did: enough to take it back and to do it again. */
export interface UndoRecord {
  readonly version: 1;
  /** `c1`, `c2` … in the order of the commits. */
  readonly id: string;
  /** Grows with each commit, undo and redo: the newest change has the highest. */
  readonly order: number;
  /** When it was committed, milliseconds since the epoch. */
  readonly ts: number;
  /** What it was for. */
  readonly label: string;
  readonly files: readonly UndoFile[];
  /** Folders the commit made, outer first. */
  readonly folders: readonly string[];
}

/** Whether nothing of a record stands any more. */
export function isUndone(record: UndoRecord): boolean {
  return record.files.some((file) => file.undone);
}
