import { UserError } from "../../core/errors.ts";
import type { CliContext } from "../app.ts";
import { helpFor, PROGRAM } from "../flags.ts";
import { helpTable } from "../help_table.ts";

/** `help [command]`: the table of commands, or one of them with flags and examples. */
export function help(this: CliContext, _flags: Record<never, never>, name?: string): void {
  const { io, registry } = this.shell;
  if (name === undefined) {
    for (const line of helpTable(registry)) io.out(line);
    return;
  }
  const entry = registry.find(name);
  if (entry === undefined) {
    const near = registry.suggest(name);
    throw new UserError("usage", `no command called ${JSON.stringify(name)}`, {
      hint: near.length > 0 ? `did you mean ${near.join(" or ")}?` : '"help" lists them',
    });
  }
  io.out(helpFor(entry, { program: PROGRAM }));
}
