/** One line of a hunk. */
export interface PatchLine {
  /** A blank keeps the line, `-` takes it away, `+` adds it. */
  readonly sign: " " | "-" | "+";
  /** Without its newline; a carriage return before it is kept. */
  readonly text: string;
}

/** A place in a file and what becomes of it. */
export interface PatchHunk {
  /** Kept, removed and added lines, as they stand. */
  readonly lines: readonly PatchLine[];
  /** Line in the old file as the hunk's header has it, from 1; a hint. */
  readonly start?: number;
  /** Whether the header's counts fit the lines: then a tool wrote it, and its numbers mean more. */
  readonly counted: boolean;
  /** Lines that stand somewhere above the hunk, each below the one before. */
  readonly anchors: readonly string[];
  /** Whether the hunk ends where the file ends. */
  readonly atEnd: boolean;
  /** Whether the old side ends without a newline, by the patch's own word. */
  readonly oldNoEnd: boolean;
  /** The same of the new side. */
  readonly newNoEnd: boolean;
}

/** What a patch does to one file. */
export interface FilePatch {
  /** What becomes of the file. */
  readonly kind: "create" | "delete" | "update";
  /** Without `a/` or `b/`. */
  readonly path: string;
  /** Another name it may mean, if nothing is at `path`: with its prefix, or the other header's. */
  readonly otherwise?: string;
  /** The new name. */
  readonly to?: string;
  /** Whether the file shall be executable; undefined leaves that as it is. */
  readonly executable?: boolean;
  /** Begin of the git hash of the old bytes: with it, line numbers are proven. */
  readonly oldHash?: string;
  /** In the order of the file. */
  readonly hunks: readonly PatchHunk[];
}

/** A parsed patch. */
export interface Patch {
  /** A unified diff, or a `*** Begin Patch` block. */
  readonly format: "unified" | "begin";
  /** In the order of the patch. */
  readonly files: readonly FilePatch[];
}
