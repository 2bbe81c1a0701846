import { unquotePath } from "./_unquote_path.ts";

/** One file of a diff. */
export interface DiffFile {
  /** Relative to the workspace's root. */
  readonly path: string;
  /** Where a renamed or copied file comes from. */
  readonly from?: string;
  /** `M`, `A`, `D`, `R`, `C`, `T` or `U`. */
  readonly status: string;
  /** Lines; null for a binary file. */
  readonly added: number | null;
  readonly removed: number | null;
}

/**
 * Parses `git diff --raw --numstat`, with quoted paths: names come from the raw lines, whose form is
 * the same for renames, counts from the lines after them, in the same order.
 *
 * @param toWorkspace turns a path of the repository into one of the workspace.
 */
export function parseDiff(text: string, toWorkspace: (path: string) => string): DiffFile[] {
  const lines = text.split("\n");
  const raw = lines.map((line) =>
    /^:\d+ \d+ \S+ \S+ ([A-Z])\d*\t([^\t]+)(?:\t([^\t]+))?$/.exec(line)
  )
    .filter((match) => match !== null);
  const counts = lines.map((line) => /^(\d+|-)\t(\d+|-)\t/.exec(line))
    .filter((match) => match !== null);
  const count = (word: string | undefined) =>
    word === undefined || word === "-" ? null : Number(word);
  return raw.map(([, status, first, second], i): DiffFile => ({
    path: toWorkspace(unquotePath(second ?? first!)),
    ...(second === undefined ? {} : { from: toWorkspace(unquotePath(first!)) }),
    status: status!,
    added: count(counts[i]?.[1]),
    removed: count(counts[i]?.[2]),
  }));
}
