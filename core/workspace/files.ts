import type { FileChange, FileState } from "./commit.ts";
import type { Recovery } from "./recover.ts";
import type { UndoOutcome, UndoTarget } from "./undo.ts";
import type { UndoRecord } from "./undo_record.ts";
import type { WalkEntry, WalkOptions } from "./walk.ts";

/** What a path may be resolved for. */
export type Access = "read" | "write";

/** A path that passed the guard. */
export interface GuardedPath {
  /** Real absolute path. */
  readonly real: string;
  /** Relative to the root, with `/`; `.` for the root itself. */
  readonly path: string;
  /** Whether anything is there. */
  readonly exists: boolean;
}

/** Options of {@linkcode Files.readText} and {@linkcode Files.readBytes}. */
export interface FileReadOptions {
  /** Refuse larger files. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Read only these bytes: from this offset, so many. Fewer come back at the end of the file. */
  readonly range?: readonly [start: number, length: number];
}

/** What a path holds. */
export interface FileInfo {
  /** Which of the two; a link counts as what it leads to. */
  readonly kind: "file" | "folder";
  /** Bytes. */
  readonly size: number;
  /** Last change, milliseconds since the epoch. */
  readonly mtime: number;
}

/**
 * The files of one workspace, behind the path guard: every route to a file (read, grep, glob,
 * index, diff, error text) goes through this one interface.
 *
 * Each method takes a path relative to the root or absolute inside it, and throws a `refused`
 * {@linkcode UserError} for a path that leaves the workspace (also through a symlink), names a
 * denied file (`.env`, keys), is no regular file or folder, or, for writes, is protected (`.git`,
 * our own state) or has several hard links; and a `failed` one for a path that does not exist.
 */
export interface Files {
  /** Real path of the workspace's root. */
  readonly root: string;
  /** Checks a path without opening it; a path to write need not exist. */
  resolve(path: string, access: Access): Promise<GuardedPath>;
  /** Kind, size and time of last change. */
  info(path: string): Promise<FileInfo>;
  /** The bytes of a file. */
  readBytes(path: string, options?: FileReadOptions): Promise<Uint8Array>;
  /** Decodes UTF-8 leniently (U+FFFD for broken bytes), without the BOM. Binary files are refused. */
  readText(path: string, options?: FileReadOptions): Promise<string>;
  /** Names in a folder, folders first, denied names left out. */
  list(path: string): Promise<{ name: string; kind: FileInfo["kind"]; link: boolean }[]>;
  /**
   * Files below a folder that ignore files and the standing excludes let through, in batches so
   * that a walk over thousands costs no promise per file.
   */
  walk(options?: WalkOptions): AsyncIterable<readonly WalkEntry[]>;
  /** Present state of a file for a later {@linkcode Files.commit}: its bytes, mode and hash. */
  state(path: string): Promise<FileState>;
  /**
   * Writes several files, all or none: stage, verify that each still has the state it was read in,
   * rename with a journal. A kill at any moment leaves all old or all new.
   *
   * @returns the id of the record that `undo` takes back.
   */
  commit(label: string, changes: readonly FileChange[]): Promise<string>;
  /**
   * Takes commits back, the newest first; from a file that was changed since, only what is certain
   * is taken out, else it keeps its bytes.
   */
  undo(target?: UndoTarget): Promise<UndoOutcome[]>;
  /** Does again what was taken back, the latest first. */
  redo(target?: UndoTarget): Promise<UndoOutcome[]>;
  /** Forgets commits: their files stay as they are. Returns them as they were. */
  forget(target?: UndoTarget): Promise<UndoRecord[]>;
  /** The commits that can be taken back or done again, the newest first. */
  history(): Promise<UndoRecord[]>;
  /** Ends the commits that a killed session left half done. Call it when a session starts. */
  recover(): Promise<Recovery>;
}
