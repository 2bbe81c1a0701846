/** A file found by a walk. */
export interface WalkEntry {
  /** Relative to the workspace's root, with `/`. */
  readonly path: string;
}

/** Options of a walk. */
export interface WalkOptions {
  /** Folder or file to start at, relative to the root. Default `.`. */
  readonly path?: string;
  /** Only files that match one of these globs (gitignore syntax). Default all. */
  readonly include?: readonly string[];
  /** Leave out files that match one of these globs. */
  readonly exclude?: readonly string[];
  /** Whether to enter hidden files and folders. Default false, as ripgrep does. */
  readonly hidden?: boolean;
  /** Whether `.gitignore`, `.ignore` and the standing excludes apply. Default true. */
  readonly ignore?: boolean;
  /** Levels below the start to descend. Default no limit. */
  readonly depth?: number;
  readonly signal?: AbortSignal;
}
