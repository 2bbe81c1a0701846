import { UserError } from "../../core/errors.ts";
import type { CatalogEntry, Registry } from "../../core/registry.ts";
import type { CliContext } from "../app.ts";
import { helpFor, PROGRAM } from "../flags.ts";

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

/** All tools, grouped by what they act on, one line each. */
export function helpTable(registry: Registry): string[] {
  const groups = Map.groupBy(registry.entries, (entry) => entry.group);
  const width = Math.max(...registry.entries.map((entry) => label(entry).length));
  const lines = [...groups].flatMap(([group, entries]) => [
    group,
    ...entries.map((entry) => `  ${label(entry).padEnd(width)}  ${entry.summary}`),
    "",
  ]);
  return [
    ...lines,
    "Anything else is taken as a request in plain words: why does the build fail?",
    `help <command> explains one; ${PROGRAM} permissions explain shows what a session may touch.`,
  ];
}

function label({ name, aliases }: CatalogEntry): string {
  return [name, ...aliases].join(", ");
}
