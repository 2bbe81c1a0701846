import type { PathClass } from "../safety/path_class.ts";
import type { Access, GuardedPath } from "./files.ts";

/** The part of the path guard that reading and writing files needs. */
export interface Guard {
  /** Real path of the workspace's root. */
  readonly root: string;
  /** Checks a path; a path to write need not exist. */
  resolve(path: string, access: Access): Promise<GuardedPath>;
}

/** A guard with what commits, undo and recovery need besides. */
export interface WriteGuard extends Guard {
  /** How a path is treated by its name; `path` is relative to the root. */
  classify(path: string): PathClass;
  /** Under which our journals and undo records are sealed: 32 bytes in hex. */
  readonly key: string;
  /**
   * Whether nobody else knows the key. What is sealed under another one may then be that of a
   * program that does, so it is left where it is. Default false: it is put aside.
   */
  readonly ephemeral?: boolean;
}

/** A file as it was seen: what a later write is checked against. */
export interface FileState {
  /** Relative to the workspace's root, with `/`. */
  readonly path: string;
  /** SHA-256 of the bytes in hex; null when the file does not exist. */
  readonly hash: string | null;
  /** The bytes; empty when the file does not exist. */
  readonly bytes: Uint8Array;
  /** Permission bits, `0o644`; null when the file does not exist or the system has none. */
  readonly mode: number | null;
}

/** One file of a commit. */
export interface FileChange {
  /** The state the change was computed from. The commit fails when the file has another now. */
  readonly from: FileState;
  /** The new bytes; null deletes the file. */
  readonly to: Uint8Array | null;
  /** Permission bits to set. Default those of `from`, or what the system gives a new file. */
  readonly mode?: number;
}
