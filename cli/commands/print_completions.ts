import { UserError } from "../../core/errors.ts";
import type { CliContext } from "../app.ts";
import { shownName } from "../flags.ts";
import { OWN_COMMANDS } from "../own_commands.ts";
import type { Builtin } from "../repl/complete.ts";
import { RL_WORDS } from "../rl/words.ts";
import { complete, completionScript, type CompletionShell, SHELLS } from "./completions.ts";

/** `completions bash|zsh|fish`: prints the lines for the shell's start-up file. */
export function printCompletions(
  this: CliContext,
  _flags: Record<never, never>,
  shell?: string,
): void {
  const known = SHELLS.find((one) => one === shell) satisfies CompletionShell | undefined;
  if (known === undefined) {
    const given = shell === undefined ? "no shell given" : `no completions for "${shell}"`;
    throw new UserError("usage", given, { hint: `choose one of ${SHELLS.join(", ")}` });
  }
  this.shell.io.out(completionScript(known));
}

/** `__complete -- <words>`: prints what the last word may become, one candidate a line. */
export function printCandidates(
  this: CliContext,
  _flags: Record<never, never>,
  ...words: string[]
): void {
  const { registry } = this.shell;
  const verbs = registry.entries.map(({ name }) => shownName(name));
  const own = OWN_COMMANDS.filter((name) => !name.startsWith("_"));
  const values: Readonly<Record<string, readonly string[]>> = {
    help: [...verbs, ...own],
    permissions: ["explain", "audit", "trust"],
    config: ["show", "init"],
    rl: Object.keys(RL_WORDS),
    completions: SHELLS,
  };
  const commands: Builtin[] = own.map((name) => ({
    name,
    values: values[name] ?? [],
    ...name === "rl" && { more: RL_WORDS },
  }));
  for (const candidate of complete(words, { registry, commands })) this.shell.io.out(candidate);
}
