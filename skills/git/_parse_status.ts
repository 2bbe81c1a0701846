import { unquotePath } from "./_unquote_path.ts";

/** One changed or new file. Letters as in `git status`: `.` is unchanged. */
export interface StatusEntry {
  /** Relative to the workspace's root. */
  readonly path: string;
  /** Where a renamed or copied file comes from. */
  readonly from?: string;
  readonly kind: "changed" | "renamed" | "unmerged" | "untracked";
  /** Staged change: `M`, `A`, `D`, `R`, `C`, `T`, `U`, or `.`. */
  readonly index: string;
  /** Change that is not staged. */
  readonly worktree: string;
  /** Whether it is a submodule. */
  readonly submodule: boolean;
}

/** State of a working tree. */
export interface GitStatus {
  /** Null when no branch is checked out. */
  readonly branch: string | null;
  /** Null before the first commit. */
  readonly commit: string | null;
  readonly upstream: string | null;
  readonly ahead: number;
  readonly behind: number;
  readonly stashes: number;
  readonly entries: readonly StatusEntry[];
}

/**
 * Parses `git status --porcelain=v2 --branch --show-stash`, with quoted paths.
 *
 * @param toWorkspace turns a path of the repository into one of the workspace.
 */
export function parseStatus(text: string, toWorkspace: (path: string) => string): GitStatus {
  const header = (name: string) => new RegExp(`^# ${name} (.*)$`, "m").exec(text)?.[1];
  const drift = /^\+(\d+) -(\d+)$/.exec(header("branch.ab") ?? "");
  const branch = header("branch.head") ?? null;
  const commit = header("branch.oid") ?? null;
  return {
    branch: branch === "(detached)" ? null : branch,
    commit: commit === "(initial)" ? null : commit,
    upstream: header("branch.upstream") ?? null,
    ahead: Number(drift?.[1] ?? 0),
    behind: Number(drift?.[2] ?? 0),
    stashes: Number(header("stash") ?? 0),
    entries: text.split("\n").flatMap((line) => parseLine(line, toWorkspace) ?? []),
  };
}

function parseLine(line: string, toWorkspace: (path: string) => string): StatusEntry | undefined {
  const path = (quoted: string) => toWorkspace(unquotePath(quoted));
  const untracked = /^\? (.+)$/.exec(line);
  if (untracked) {
    const [index, worktree] = ["?", "?"];
    return { path: path(untracked[1]!), kind: "untracked", index, worktree, submodule: false };
  }
  const changed =
    /^(?:1 (?<xy>..) (?<sub>....)(?: \S+){5}|2 (?<xy2>..) (?<sub2>....)(?: \S+){6}|u (?<xy3>..) (?<sub3>....)(?: \S+){7}) (?<rest>.+)$/
      .exec(line)?.groups;
  if (!changed) return undefined;
  const { xy, xy2, xy3, sub, sub2, sub3, rest } = changed;
  const letters = (xy ?? xy2 ?? xy3)!;
  const [to, from] = rest!.split("\t");
  return {
    path: path(to!),
    ...(from === undefined ? {} : { from: path(from) }),
    kind: xy3 ? "unmerged" : xy2 ? "renamed" : "changed",
    index: letters[0]!,
    worktree: letters[1]!,
    submodule: (sub ?? sub2 ?? sub3)!.startsWith("S"),
  };
}
