import { run } from "@stricli/core";
import { buildApp } from "./app.ts";
import { exitCodeOf, normalizeArgv } from "./flags.ts";
import type { Shell } from "./shell.ts";
import { VERSION } from "../core/version.ts";

/**
 * Runs one command line without the flags that every command has.
 *
 * @returns its exit code.
 */
export async function runCommandLine(words: readonly string[], shell: Shell): Promise<number> {
  const [verb, ...rest] = words;
  const entry = verb === undefined ? undefined : shell.registry.find(verb);
  const argv = entry ? [entry.name, ...normalizeArgv(rest, entry)] : [...words];
  let code = 0;
  const process = {
    stdout: { write: (text: string) => shell.io.out(text.replace(/\n$/, "")) },
    stderr: { write: (text: string) => shell.io.err(text.replace(/\n$/, "")) },
    // Stricli sets it only where nothing is set yet.
    exitCode: null,
  };
  const own: Shell = { ...shell, exit: (value) => code = value };
  await run(buildApp(shell.registry, VERSION), argv, { process, shell: own });
  return code || exitCodeOf(process.exitCode);
}
