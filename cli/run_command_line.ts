import { run } from "@stricli/core";
import { lazy } from "../core/lazy.ts";
import { exitCodeOf } from "./flags/application_config.ts";
import { normalizeArgv } from "./flags/normalize_argv.ts";
import { PROGRAM } from "./flags/program.ts";
import { shownName } from "./flags/shown_name.ts";
import { withHelpHint } from "./flags/with_help_hint.ts";
import { isOwnCommand } from "./own_commands.ts";
import type { Shell } from "./shell.ts";
import { toolApp } from "./tool_app.ts";
import { VERSION } from "../core/version.ts";

/** Options of {@linkcode runCommandLine}. */
export interface RunOptions {
  /** Tells errors on standard output as well, as events. Default false. */
  readonly json?: boolean;
}

// A line that names a tool, and is right, needs none of these.
const loadApp = lazy<typeof import("./app.ts")>("./app.ts", import.meta.url);
const loadErrorLine = lazy<typeof import("./ui/error_line.ts")>(
  "./ui/error_line.ts",
  import.meta.url,
);
const loadStdinWords = lazy<typeof import("./stdin_words.ts")>("./stdin_words.ts", import.meta.url);

/**
 * Runs one command line without the flags that every command has.
 *
 * @returns its exit code.
 */
export async function runCommandLine(
  words: readonly string[],
  shell: Shell,
  { json = false }: RunOptions = {},
): Promise<number> {
  const [verb = "", ...rest] = words;
  const entry = shell.registry.find(verb);
  const given = entry && rest.includes("-")
    ? await (await loadStdinWords()).stdinWords(rest, entry)
    : rest;
  const argv = entry ? [entry.name, ...normalizeArgv(given, entry)] : ownArgv(words);
  let code = 0;
  let complaint = "";
  const process = {
    stdout: { write: (text: string) => shell.io.out(text.replace(/\n$/, "")) },
    stderr: { write: (text: string) => void (complaint += text) },
    // Stricli sets it only where nothing is set yet.
    exitCode: null,
  };
  const own: Shell = { ...shell, exit: (value) => code = value };
  const app = entry ? toolApp(entry) : (await loadApp()).buildApp(shell.registry, VERSION, verb);
  await run(app, argv, { process, shell: own });
  // Negative: stricli's own complaint, which names no way out.
  const unread = Number(process.exitCode ?? 0) < 0;
  code ||= exitCodeOf(process.exitCode);
  if (complaint === "") return code;
  const known = entry || isOwnCommand(verb) ? `help ${shownName(entry?.name ?? verb)}` : "help";
  const text = unread ? withHelpHint(complaint, `${PROGRAM} ${known}`) : complaint.trimEnd();
  shell.io.err(text);
  if (json && code !== 0) shell.io.out((await loadErrorLine()).errorLine(text, code));
  return code;
}

/** `rl` alone shows, `rl help train` is `rl train --help`; flags of the launcher's commands may be spelled with `_` too. */
function ownArgv(words: readonly string[]): string[] {
  if (words.length === 1 && words[0] === "rl") return ["rl", "status"];
  if (words[0] === "rl" && words[1] === "help") return ["rl", ...words.slice(2), "--help"];
  const end = words.indexOf("--");
  return words.map((word, i) =>
    end >= 0 && i > end
      ? word
      : word.replace(/^--[a-z][\w-]*/i, (flag) => flag.replaceAll("_", "-"))
  );
}
