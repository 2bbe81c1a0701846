import { relativePath } from "../_relative_path.ts";
import { gitCommand } from "./_git_command.ts";

/** `git status` of some paths, for {@linkcode parseStatus}. */
export const statusCommand = gitCommand(
  "Runs git status",
  (z) =>
    z.strictObject({
      paths: z.array(relativePath(z)).min(1),
      /** Whether new folders are listed file by file. */
      all: z.boolean(),
    }),
  ({ paths, all }) => ({
    args: [
      "status",
      "--porcelain=v2",
      "--branch",
      "--show-stash",
      `--untracked-files=${all ? "all" : "normal"}`,
      // Looking inside a submodule would start git under that submodule's own config.
      "--ignore-submodules=dirty",
    ],
    paths,
  }),
);
