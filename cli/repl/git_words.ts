import { UserError } from "../../core/errors.ts";
import type { Registry } from "../../core/registry.ts";

/** Subcommands of git that are often typed and that no tool of ours stands for. */
const OTHERS = new Set(
  ("bisect blame branch checkout cherry-pick clean clone config fetch init merge mv pull push " +
    "rebase remote reset restore revert rm stash submodule switch tag worktree").split(" "),
);

/**
 * Reads `git status`, typed from habit, as the tool that does it.
 *
 * @param words the line, from `git` on.
 * @returns the words with the tool's name in front; undefined when it names no subcommand of git,
 * and so may be a sentence about git.
 * @throws {UserError} `usage` for a subcommand that no tool stands for.
 */
export function gitWords(
  [git = "", subcommand, ...rest]: readonly string[],
  registry: Registry,
): readonly string[] | undefined {
  const entry = subcommand === undefined ? undefined : registry.find(`git_${subcommand}`);
  if (entry !== undefined) return [entry.name, ...rest.flatMap((word) => ours(entry.name, word))];
  if (subcommand !== undefined && !OTHERS.has(subcommand) && !subcommand.startsWith("-")) {
    return undefined;
  }
  const known = registry.entries.filter(({ name }) => name.startsWith("git_"))
    .map(({ name }) => name.replace("_", " "));
  const asTyped = [git, subcommand ?? "<subcommand>", ...rest].join(" ");
  throw new UserError(
    "usage",
    `no tool stands for ${[git, subcommand].filter(Boolean).join(" ")}`,
    {
      hint: `there are ${
        known.join(", ")
      }; "exec ${asTyped}" runs the program itself, after asking`,
    },
  );
}

/** A habit of git's that our tool spells otherwise. Revisions and paths it tells apart itself. */
function ours(tool: string, word: string): string[] {
  if (tool === "git_diff" && word === "--cached") return ["--staged"];
  const count = tool === "git_log" && /^-(?:n|-max-count=)?(\d+)$/.exec(word);
  return count ? ["-n", count[1]!] : [word];
}
