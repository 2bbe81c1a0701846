import { UserError } from "../../core/errors.ts";
import type { CliContext } from "../app.ts";

/** `run "<request>"`: works on a request in plain language. */
export async function run(
  this: CliContext,
  _flags: Record<never, never>,
  ...words: string[]
): Promise<void> {
  const text = words.join(" ").trim();
  if (text === "") {
    throw new UserError("usage", "run needs a request", {
      hint: 'for example: run "why does the build fail?"',
    });
  }
  this.shell.exit(await this.shell.ask(text));
}
