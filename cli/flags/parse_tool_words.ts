import { buildApplication, run } from "@stricli/core";
import { UserError } from "../../core/errors.ts";
import type { CatalogEntry } from "../../core/registry.ts";
import { applicationConfig } from "./application_config.ts";
import { commandFor } from "./command_for.ts";
import { normalizeArgv } from "./normalize_argv.ts";
import { shownName } from "./shown_name.ts";
import { withHelpHint } from "./with_help_hint.ts";

/**
 * Parses the words behind a REPL verb exactly as the command line of the same tool is parsed.
 *
 * @param entry the tool.
 * @param words words after the verb.
 * @returns the tool's input, with only the keys that were given.
 * @throws {UserError} `usage` for anything that does not fit.
 */
export async function parseToolWords(
  entry: CatalogEntry,
  words: readonly string[],
): Promise<Record<string, unknown>> {
  let input: Record<string, unknown> | undefined;
  let complaints = "";
  const command = commandFor(entry, (_context, parsed) => {
    input = parsed;
  });
  const app = buildApplication(command, applicationConfig(entry.name), {});
  await run(app, normalizeArgv(words, entry), {
    process: {
      stdout: { write: () => {} },
      stderr: { write: (text) => complaints += text },
    },
  });
  if (input !== undefined) return input;
  throw new UserError("usage", withHelpHint(complaints, `help ${shownName(entry.name)}`));
}
