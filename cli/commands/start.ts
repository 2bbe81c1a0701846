import type { CliContext } from "../app.ts";

/** `start`: a session at the terminal, or the lines of standard input one after another. */
export async function start(this: CliContext): Promise<void> {
  const { runRepl } = await import("../repl/repl.ts");
  await runRepl(this.shell);
}
