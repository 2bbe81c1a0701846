import { UserError } from "../../core/errors.ts";
import type { CliContext } from "../app.ts";
import { helpFor, PROGRAM, shownName } from "../flags.ts";
import { helpTable } from "../help_table.ts";
import { isOwnCommand } from "../own_commands.ts";
import type { Shell } from "../shell.ts";

/** `help [command]`: the table of commands, or one of them with flags and examples. */
export async function help(
  this: CliContext,
  _flags: Record<never, never>,
  name?: string,
): Promise<void> {
  if (name !== undefined) return await explain(name, this.shell, { program: PROGRAM });
  for (const line of helpTable(this.shell.registry)) this.shell.io.out(line);
}

/**
 * Prints the help of one command, a tool or one of the launcher's: what `--help` behind it prints.
 *
 * @param options name of the program, put before the command lines of a tool; none in the REPL.
 * @throws {UserError} `usage` for a name that is no command's.
 */
export async function explain(
  name: string,
  shell: Shell,
  options: { readonly program?: string } = {},
): Promise<void> {
  const { io, registry } = shell;
  const entry = registry.find(name);
  if (entry) return io.out(helpFor(entry, options));
  if (isOwnCommand(name)) {
    const { runCommandLine } = await import("../run_command_line.ts");
    return void await runCommandLine([name, "--help"], shell);
  }
  const near = registry.suggest(name).map(shownName);
  throw new UserError("usage", `no command called ${JSON.stringify(name)}`, {
    hint: near.length > 0 ? `did you mean ${near.join(" or ")}?` : '"help" lists them',
  });
}
