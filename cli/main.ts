/**
 * The program: parses the command line, opens the shell, runs one command or a session.
 *
 * @module
 */
import { describeError, UserError } from "../core/errors.ts";
import { createRegistry, type Registry } from "../core/registry.ts";
import { catalog } from "../skills/catalog.ts";
import { splitGlobals } from "./globals.ts";
import { openShell } from "./open_shell.ts";
import { runCommandLine } from "./run_command_line.ts";

/**
 * Runs the program.
 *
 * @param args the command line without the program's name.
 * @returns the exit code: 0 ok, 1 failed, refused or nothing found, 2 usage, 127 a program is
 * missing, 130 interrupted.
 */
export async function main(args: readonly string[]): Promise<number> {
  const registry = createRegistry(catalog);
  try {
    const { flags, rest } = splitGlobals(args, (verb, flag) => ownsFlag(registry, verb, flag));
    const shell = openShell({ flags, registry, env: Deno.env.toObject() });
    try {
      const words = rest.length === 0 ? ["start"] : rest;
      shell.prepare(words[0]!);
      return await runCommandLine(words, shell);
    } finally {
      await shell.close();
    }
  } catch (error) {
    await Deno.stderr.write(new TextEncoder().encode(`dspy-code: ${describeError(error)}\n`));
    return error instanceof UserError ? error.exitCode : 1;
  }
}

function ownsFlag(registry: Registry, verb: string, flag: string): boolean {
  const properties = registry.find(verb)?.schema.properties ?? {};
  return Object.keys(properties).some((key) => key.replaceAll("_", "-") === flag);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
