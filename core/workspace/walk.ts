import { UserError } from "../errors.ts";
import { nextTurn } from "../next_turn.ts";
import { Walker } from "./_walker.ts";

/** A file found by a walk. */
export interface WalkEntry {
  /** Relative to the workspace's root, with `/`. A folder's path ends with `/`. */
  readonly path: string;
}

/** Options of a walk. */
export interface WalkOptions {
  /** Folder or file to start at, relative to the root. Default `.`. */
  readonly path?: string;
  /**
   * Only files that match one of these globs (gitignore syntax); a folder's glob stands for all in
   * it, a glob with `!` in front leaves out, the last match wins. Default all.
   */
  readonly include?: readonly string[];
  /** Leave out files that match one of these globs. */
  readonly exclude?: readonly string[];
  /** Whether to enter hidden files and folders. Default false, as ripgrep does. */
  readonly hidden?: boolean;
  /** Whether `.gitignore`, `.ignore` and the standing excludes apply. Default true. */
  readonly ignore?: boolean;
  /** Levels below the start to descend. Default no limit. */
  readonly depth?: number;
  /** Whether folders are yielded too, each before what is in it. Default false. */
  readonly folders?: boolean;
  /** Told of each folder or ignore file that could not be read, and is therefore left out. */
  readonly onSkip?: (path: string, error: unknown) => void;
  /** Ends the walk with an `aborted` error. */
  readonly signal?: AbortSignal;
}

/** Entries looked at between two batches. */
const BATCH = 256;

/** The event loop gets a turn after this long. Milliseconds. */
const SLICE_MS = 20;

/**
 * Files below a folder, in the order of their paths. Symlinks are left out, not followed; a folder
 * that cannot be read (no permission, a path longer than the system takes) is told to `onSkip` and
 * left out. Ignore files above the root are not read.
 *
 * @param root real absolute path of the workspace.
 * @param denied the path guard: says of a relative path whether it is never to be seen.
 * @throws {UserError} `aborted` when `options.signal` fires.
 */
export async function* walk(
  root: string,
  denied: (path: string, isFolder: boolean) => boolean,
  options: WalkOptions = {},
): AsyncIterable<readonly WalkEntry[]> {
  const walker = new Walker(root, denied, options);
  let since = performance.now();
  while (!walker.done) {
    if (options.signal?.aborted) throw new UserError("aborted", "the search was stopped");
    const batch = walker.take(BATCH);
    if (batch.length > 0) yield batch;
    if (performance.now() - since < SLICE_MS) continue;
    await nextTurn();
    since = performance.now();
  }
}
