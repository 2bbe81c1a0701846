import type { ProgramResult } from "../../core/command.ts";
import { UserError } from "../../core/errors.ts";
import type { Zod } from "../../core/schema.ts";
import { relativePath } from "../_relative_path.ts";
import { gitCommand } from "./_git_command.ts";
import { gitError, type GitSite, guardPaths } from "./_repository.ts";
import { commitsOf, isRevision, revision, sidesOf } from "./_revision.ts";

const one = (z: Zod) => z.strictObject({ paths: z.array(relativePath(z)).length(1) });

/** The commands {@linkcode sortWords} needs. */
export const sorting = {
  resolves: gitCommand(
    "Asks git whether there is a revision",
    (z) => z.strictObject({ revision: revision(z) }),
    ({ revision }) => ({ args: ["rev-parse", "--verify", "--quiet", commitsOf(revision)] }),
  ),
  tracked: gitCommand(
    "Asks git whether it tracks a path",
    one,
    ({ paths }) => ({ args: ["ls-files", "--cached"], paths }),
  ),
  past: gitCommand(
    "Asks git whether it ever knew a path",
    one,
    ({ paths }) => ({
      args: ["log", "--all", "--max-count=1", "--format=%H", "--no-show-signature"],
      paths,
    }),
  ),
};

/** The words of a command, told apart. */
export interface SortedWords {
  readonly revisions: readonly string[];
  /** Relative to the workspace; none when none were given. */
  readonly paths: readonly string[];
}

/**
 * Tells revisions from paths as git does, but that what exists as a path is one.
 *
 * @param named a revision that was named as such.
 * @throws {UserError} `failed` for a word that is neither; `refused` as {@linkcode guardPaths}.
 */
export async function sortWords(
  site: GitSite,
  words: readonly string[],
  named?: string,
): Promise<SortedWords> {
  const revisions: string[] = [];
  const paths: string[] = [];
  if (named !== undefined) {
    if (!await resolves(site, named)) throw unknown("revision", named);
    revisions.push(named);
  }
  for (const word of words) {
    if (isOpenRange(word)) {
      if (!await resolves(site, word)) throw unknown("path or revision", word);
      revisions.push(word);
      continue;
    }
    const [path] = await guardPaths(site, [word]);
    if (await exists(site, word)) paths.push(path!);
    else if (isRevision(word) && await resolves(site, word)) revisions.push(word);
    else if (await knows(site, path!)) paths.push(path!);
    else throw unknown("path or revision", word);
  }
  return { revisions, paths };
}

/** Those of the words that may be paths: what the call needs to read. */
export function maybePaths(words: readonly string[]): string[] {
  return words.filter((word) => !isOpenRange(word));
}

/** `main..` is never a path here: the guard takes no name that ends in a dot. */
function isOpenRange(word: string): boolean {
  return word.endsWith("..") && isRevision(word);
}

async function exists({ files }: GitSite, word: string): Promise<boolean> {
  return await files.resolve(word, "read").then(() => true, () => false);
}

async function resolves(site: GitSite, word: string): Promise<boolean> {
  for (const revision of sidesOf(word)) {
    const { code } = await ask(site, "resolves", { revision });
    if (code !== 0) return false;
  }
  return true;
}

/** Also a file that is gone may be asked for. */
async function knows(site: GitSite, path: string): Promise<boolean> {
  for (const command of ["tracked", "past"]) {
    const { code, stdout } = await ask(site, command, { paths: [path] });
    if (code === 0 && stdout !== "") return true;
  }
  return false;
}

/** A "no" is an answer; that there is no repository to ask is none. */
async function ask(site: GitSite, command: string, fields: unknown): Promise<ProgramResult> {
  const result = await site.execute(command, fields);
  if (result.timedOut || /not a git repository|dubious ownership/.test(result.stderr)) {
    throw gitError(result, site.workspace.root);
  }
  return result;
}

function unknown(what: string, word: string): UserError {
  return new UserError("failed", `no such ${what}: ${JSON.stringify(word)}`, {
    hint: "a revision is a commit, branch or tag: HEAD~1, main, v1.0, main..dev",
  });
}
