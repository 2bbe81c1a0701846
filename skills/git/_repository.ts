import type { ProgramResult } from "../../core/command.ts";
import { UserError } from "../../core/errors.ts";
import type { ToolContext } from "../../core/tool.ts";
import { wayTo } from "../../core/workspace/path_parts.ts";
import { resolvePath } from "../../core/workspace/resolve_path.ts";
import { gitCommand } from "./_git_command.ts";

/** The command every git tool begins with. */
export const where = gitCommand(
  "Finds the repository around the workspace",
  (z) => z.strictObject({}),
  () => ({ args: ["rev-parse", "--is-inside-work-tree", "--show-prefix"] }),
);

/** What git tools need of a call's context; the launcher has one of its own. */
export interface GitSite extends Pick<ToolContext, "files"> {
  readonly workspace: { readonly root: string };
  /** Runs the command of that name. */
  execute(command: string, fields: unknown): Promise<ProgramResult>;
}

/** The repository around the workspace. */
export interface Repository {
  /** A path of git's, which is relative to the repository, as one of the workspace's. */
  path(path: string): string;
}

/**
 * Finds the repository; needs the command {@linkcode where} under that name.
 *
 * @throws {UserError} `failed` when there is none.
 */
export async function openRepository(ctx: GitSite): Promise<Repository> {
  const { stdout } = await runGit(ctx, "where", {});
  const [inside, prefix = ""] = stdout.split("\n");
  if (inside !== "true") {
    throw new UserError("failed", "the workspace is not in the repository's working tree", {
      hint: "core.worktree points elsewhere, or this is the repository's own folder",
    });
  }
  return {
    path: (path) => wayTo(prefix, path) + (path.endsWith("/") ? "/" : ""),
  };
}

/**
 * Runs one of the tool's git commands.
 *
 * @throws {UserError} `failed` with git's own words when it fails.
 */
export async function runGit(
  ctx: GitSite,
  command: string,
  fields: unknown,
): Promise<ProgramResult> {
  const result = await ctx.execute(command, fields);
  if (result.code !== 0) throw gitError(result, ctx.workspace.root);
  return result;
}

/** The error for a git command that failed. */
export function gitError(result: ProgramResult, root: string): UserError {
  if (result.timedOut) return new UserError("failed", "git took too long and was stopped");
  if (/not a git repository|must be run in a work tree/.test(result.stderr)) {
    return new UserError("failed", "not a git repository", {
      hint: "start in one with --workspace, or make one with git init",
    });
  }
  if (/dubious ownership/.test(result.stderr)) {
    return new UserError("failed", "the repository belongs to another user", {
      hint: `if you trust it: git config --global --add safe.directory ${root}`,
    });
  }
  return new UserError("failed", `git: ${wordsOf(result)}`);
}

/** What git says in its own defence, without hints. */
function wordsOf({ stdout, stderr, code, signal }: ProgramResult): string {
  const said = (stderr.trim() || stdout.trim()).split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("hint:"))
    .map((line) => line.replace(/^(?:fatal|error): /, ""));
  return said.slice(0, 3).join("; ") || `ended with ${code ?? signal}`;
}

/**
 * Passes paths through the guard. One that does not exist may still be known to git.
 *
 * @returns them relative to the workspace; `.` alone when none are given.
 * @throws {UserError} `refused` for a path outside the workspace or one that is never read.
 */
export async function guardPaths(
  { files }: Pick<ToolContext, "files">,
  paths: readonly string[],
): Promise<string[]> {
  if (paths.length === 0) return ["."];
  return await Promise.all(paths.map(async (path) => {
    try {
      return (await files.resolve(path, "read")).path;
    } catch (error) {
      if (!(error instanceof UserError) || error.kind !== "failed") throw error;
      return wayTo(files.root, resolvePath(files.root, path));
    }
  }));
}
