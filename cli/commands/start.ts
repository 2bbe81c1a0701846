import type { CliContext } from "../app.ts";
import { conversationOf, type RunFlags } from "./run.ts";

/** The flags of `start`: which session with a model is gone on with. */
export type StartFlags = Pick<RunFlags, "continue" | "resume" | "fork">;

/** `start`: a session at the terminal, or the lines of standard input one after another. */
export async function start(this: CliContext, flags: StartFlags): Promise<void> {
  this.shell.goOnWith(conversationOf(flags));
  const { runRepl } = await import("../repl/repl.ts");
  const code = await runRepl(this.shell);
  // A person who leaves a session has not failed.
  if (!this.shell.screen.typed && code !== 0) this.shell.exit(code);
}
