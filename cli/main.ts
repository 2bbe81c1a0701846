/**
 * The program: parses the command line, opens the shell, runs one command or a session.
 *
 * @module
 */
import type { Config } from "../core/config.ts";
import { describeError, UserError } from "../core/errors.ts";
import { lazy } from "../core/lazy.ts";
import { createRegistry, type Registry } from "../core/registry.ts";
import { catalog } from "../skills/catalog.ts";
import type { SpawnedSession } from "./spawn_session.ts";
import { isOwnCommand } from "./own_commands.ts";
import { splitGlobals } from "./globals.ts";
import { startAhead } from "./start_ahead.ts";

/**
 * Runs the program.
 *
 * @param args the command line without the program's name.
 * @returns the exit code: 0 ok, 1 failed, refused or nothing found, 2 usage, 127 a program is
 * missing, 130 interrupted.
 */
export async function main(args: readonly string[]): Promise<number> {
  const registry = createRegistry(catalog);
  let json = args.includes("--json");
  try {
    const { flags, rest } = splitGlobals(
      args,
      (verb, flag) => ownsFlag(registry, verb, flag),
      (verb) => registry.find(verb)?.verbatim === true,
    );
    json = flags.json === true || flags.json === "true";
    const brief = await answerAtOnce(rest, registry);
    if (brief !== undefined) {
      await write(Deno.stdout, brief);
      return 0;
    }
    // `start grep x` is what `deno run jsr:… start` with arguments comes to.
    const over = rest[0] === "start" && rest.length > 1 && !/^(--help|-h)$/.test(rest[1]!);
    const given = over ? rest.slice(1) : rest;
    const words = given.length === 0 ? ["start"] : await understand(given, registry);
    const env = Deno.env.toObject();
    const ahead = await spawnAhead(words, registry, flags, env);
    const { openShell } = await loadShell();
    const shell = openShell({ flags, registry, env, ahead });
    try {
      // Files are waited for while modules load.
      const [{ runCommandLine }] = await Promise.all([loadCommands(), shell.prepare(words)]);
      return await runCommandLine(words, shell, { json });
    } finally {
      await shell.close();
    }
  } catch (error) {
    const text = describeError(error);
    const code = error instanceof UserError ? error.exitCode : 1;
    await write(Deno.stderr, `dspy-code: ${text}\n`);
    if (json) await write(Deno.stdout, `${(await loadErrorLine()).errorLine(text, code)}\n`);
    return code;
  }
}

const loadShell = lazy<typeof import("./open_shell.ts")>("./open_shell.ts", import.meta.url);
const loadCommands = lazy<typeof import("./run_command_line.ts")>(
  "./run_command_line.ts",
  import.meta.url,
);

const loadHelp = lazy<typeof import("./help_table.ts")>("./help_table.ts", import.meta.url);
const loadVersion = lazy<typeof import("../core/version.ts")>(
  "../core/version.ts",
  import.meta.url,
);
const loadErrorLine = lazy<typeof import("./ui/error_line.ts")>(
  "./ui/error_line.ts",
  import.meta.url,
);
const loadReadWords = lazy<typeof import("./read_words.ts")>("./read_words.ts", import.meta.url);

/** Only a line that begins with no command needs a second look. */
async function understand(
  words: readonly string[],
  registry: Registry,
): Promise<readonly string[]> {
  const [first = ""] = words;
  if (registry.find(first) || isOwnCommand(first)) return words;
  return (await loadReadWords()).readWords(words, registry);
}

/** The session of a single tool boots while the rest of the launcher is loaded. */
async function spawnAhead(
  [verb = "", ...words]: readonly string[],
  registry: Registry,
  flags: Readonly<Partial<Record<keyof Config, unknown>>>,
  env: Readonly<Record<string, string>>,
): Promise<SpawnedSession | undefined> {
  const entry = registry.find(verb);
  const asks = verb === "run" || verb === "chat";
  if ((entry === undefined && !asks) || words.includes("--help") || words.includes("-h")) {
    return undefined;
  }
  return await startAhead({ entry, flags, env });
}

/** Help and version need neither a parser nor a workspace. */
async function answerAtOnce(
  words: readonly string[],
  registry: Registry,
): Promise<string | undefined> {
  if (words.length !== 1) return undefined;
  if (["--help", "-h", "help"].includes(words[0]!)) {
    return `${(await loadHelp()).helpTable(registry).join("\n")}\n`;
  }
  return ["--version", "-v"].includes(words[0]!) ? `${(await loadVersion()).VERSION}\n` : undefined;
}

async function write(to: { write(bytes: Uint8Array): Promise<number> }, text: string) {
  const bytes = new TextEncoder().encode(text);
  for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
}

function ownsFlag(registry: Registry, verb: string, flag: string): boolean {
  const properties = registry.find(verb)?.schema.properties ?? {};
  return Object.keys(properties).some((key) => key.replaceAll("_", "-") === flag);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
