import { join } from "node:path";
import { closest } from "../../core/closest.ts";
import { describeError } from "../../core/errors.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import { parseToolWords } from "../flags.ts";
import type { Shell } from "../shell.ts";
import { VERSION } from "../../core/version.ts";
import { builtins, type BuiltinTable } from "./builtins.ts";
import { createCompleter } from "./complete.ts";
import { openHistory } from "./history.ts";
import { createLineReader, type LineReader } from "./line_editor.ts";
import { firstWord, type LineCommand, splitLine } from "./split_line.ts";

/** What ends the loop. */
const END = Symbol("end");

/**
 * Reads lines until `exit` or the end of input: commands, or requests in plain language. No command
 * and no error ends it.
 */
export async function runRepl(shell: Shell): Promise<void> {
  const verbs = builtins();
  const reader = await openReader(shell, verbs);
  if (shell.screen.typed) await greet(shell);
  try {
    for (let line = await reader.read(); line !== undefined; line = await reader.read()) {
      if (await handle(line, shell, verbs) === END) break;
    }
  } finally {
    reader.close();
  }
}

async function openReader(shell: Shell, verbs: BuiltinTable): Promise<LineReader> {
  const { config, workspace, stateDir } = await shell.place();
  const files = openFiles(workspace.root);
  const { screen } = shell;
  const reader = createLineReader({
    prompt: screen.typed ? "dspy-code> " : "",
    plain: config.plain,
    history: await openHistory(join(stateDir, "history")),
    complete: createCompleter({
      registry: shell.registry,
      builtins: Object.entries(verbs).map(([name, { values }]) => ({
        name,
        ...values && { values },
      })),
      listDir: async (path) =>
        (await files.list(path)).map(({ name, kind }) => ({ name, folder: kind === "folder" })),
    }),
    input: Deno.stdin,
    output: screen.stdout,
  });
  screen.keepLine(reader.aside);
  return reader;
}

async function greet(shell: Shell): Promise<void> {
  const { workspace } = await shell.place();
  shell.io.err(`dspy-code ${VERSION} in ${workspace.root}, no model: local tools answer`);
  shell.io.err('Type a command or a request in plain words. "help" lists commands, Tab completes.');
}

async function handle(
  line: string,
  shell: Shell,
  verbs: BuiltinTable,
): Promise<typeof END | undefined> {
  if (line.trim() === "" || line.trimStart().startsWith("#")) return;
  try {
    const verb = firstWord(line);
    if (!isVerb(verb, shell, verbs)) {
      const near = mistyped(line, shell, verbs);
      if (near !== undefined) shell.io.err(near);
      else await shell.ask(line.trim());
      return;
    }
    for (const command of splitLine(line)) {
      const code = await run(command, shell, verbs);
      if (code === END) return END;
      if (code !== 0) return;
    }
  } catch (error) {
    shell.io.err(describeError(error));
  }
}

async function run(
  { words, raw }: LineCommand,
  shell: Shell,
  verbs: BuiltinTable,
): Promise<number | typeof END> {
  const [verb = "", ...rest] = words;
  if (verb === "exit" || verb === "quit") return END;
  const builtin = verbs[verb];
  if (builtin) return await builtin.run(rest, shell, raw);
  const entry = shell.registry.find(verb);
  if (entry === undefined) return await shell.ask(raw).then(() => 0);
  if (rest.includes("--help") || rest.includes("-h")) {
    return await verbs.help!.run([verb], shell, raw);
  }
  return await shell.runTool(entry.name, await parseToolWords(entry, rest));
}

function isVerb(word: string, shell: Shell, verbs: BuiltinTable): boolean {
  return Object.hasOwn(verbs, word) || shell.registry.find(word) !== undefined;
}

/** Words that begin a request rather than a mistyped command. */
const STARTERS =
  /^(what|where|why|how|who|which|when|is|are|does|do|did|can|show|list|find|explain|describe|tell|give|fix|add|make|create|please|git)$/i;

/**
 * A line that is most likely a command with a slip of the finger: one unknown word, or one near a
 * verb with something that no sentence has behind it.
 */
function mistyped(line: string, shell: Shell, verbs: BuiltinTable): string | undefined {
  const [first = "", ...rest] = line.trim().split(/\s+/);
  const names = [...Object.keys(verbs), ...shell.registry.entries.map(({ name }) => name)];
  const near = closest(first.toLowerCase(), names);
  if (STARTERS.test(first) && rest.length > 0) return undefined;
  const sentence = rest.length >= 2 && !rest.some((word) => /^-|[/\\*]/.test(word));
  if (rest.length === 0 || (near.length > 0 && !sentence)) {
    const hint = near.length > 0
      ? `did you mean ${near.join(" or ")}?`
      : '"help" lists the commands; ask in a few more words for an answer';
    return `no command called ${JSON.stringify(first)}: ${hint}`;
  }
  return undefined;
}
