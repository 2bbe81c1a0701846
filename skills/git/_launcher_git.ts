import type { Command, CommandSite } from "../../core/command.ts";
import { openSchema } from "../../core/open_schema.ts";
import { childEnv } from "../../core/safety/child_env.ts";
import { findProgram } from "../../core/safety/find_program.ts";
import { spawn } from "../../core/safety/spawn.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import type { GitSite } from "./_repository.ts";

/**
 * Runs git commands that only read in the launcher itself, which must not take a session's word for
 * what a repository holds.
 *
 * @param commands by name. Those of effect `execute` are not for this.
 */
export function launcherGit(
  // deno-lint-ignore no-explicit-any -- commands of any fields, each checked by its own schema
  commands: Readonly<Record<string, Command<any>>>,
  at: CommandSite,
): GitSite {
  const { root, scratch, env } = at;
  return {
    files: openFiles(root),
    workspace: { root },
    async execute(name, fields) {
      const command = commands[name]!;
      const { program, args, env: own, stdin } = await command.argv(
        (await openSchema(command.fields)).parse(fields),
        at,
      );
      const result = await spawn({
        path: await findProgram(program, env.PATH ?? "", root),
        args,
        cwd: root,
        env: { ...childEnv({ env, scratch, root }), ...own },
        timeoutMs: 10_000,
        stdin,
      });
      return { ...result, argv: [program, ...args], reports: {} };
    },
  };
}
