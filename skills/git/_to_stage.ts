import { type GitSite, guardPaths, openRepository, runGit } from "./_repository.ts";
import { isOwnState } from "./_own_state.ts";
import { parseStatus, type StatusEntry } from "./_parse_status.ts";

/** What `git add` of some paths comes to. */
export interface ToStage {
  readonly entries: readonly StatusEntry[];
  /** What git is told: the paths as given, or each file where our own state lies among them. */
  readonly paths: readonly string[];
}

/**
 * What `git add` of these paths would stage; needs the commands `where` and `status`.
 *
 * @throws {UserError} `refused` when a denied file (`.env`, a key) is among it.
 */
export async function toStage(site: GitSite, paths: readonly string[]): Promise<ToStage> {
  const repository = await openRepository(site);
  const guarded = await guardPaths(site, paths);
  const { stdout } = await runGit(site, "status", { paths: guarded, all: true });
  const changed = parseStatus(stdout, repository.path).entries
    .filter(({ worktree, kind }) => worktree !== "." || kind === "unmerged");
  const entries = changed.filter(({ path }) => !isOwnState(path));
  // A folder may hold what must never be read, let alone committed.
  await guardPaths(site, entries.map(({ path }) => path));
  const all = entries.length === changed.length;
  return { entries, paths: all ? guarded : entries.map(({ path }) => path) };
}
