import { join } from "node:path";
import { describeError, UserError } from "../../core/errors.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import { parseToolWords, shownName } from "../flags.ts";
import type { Shell } from "../shell.ts";
import { errorLine } from "../ui/error_line.ts";
import { VERSION } from "../../core/version.ts";
import { builtins, type BuiltinTable, type ReplVerb } from "./builtins.ts";
import { createCompleter } from "./complete.ts";
import { createDesk, type Desk, type DeskLine } from "./desk.ts";
import { gitWords } from "./git_words.ts";
import { openHistory } from "./history.ts";
import { isSentence } from "./is_sentence.ts";
import { createLineReader, type LineReader } from "./line_editor.ts";
import { slashWords } from "./slash_words.ts";
import { slipOf } from "./slip_of.ts";
import { firstWord, type LineCommand, splitLine } from "./split_line.ts";

/** What ends the loop. */
const END = Symbol("end");

/**
 * Reads lines until `exit` or the end of input: commands, or requests in plain language. No command
 * and no error ends it. While a model works on a request lines are read on: see {@linkcode Desk}.
 *
 * @returns the exit code of the last line, as a shell's is that of its last command.
 */
export async function runRepl(shell: Shell): Promise<number> {
  const verbs = builtins();
  const desk: Desk = createDesk(shell, () => reader);
  const reader = await openReader(shell, verbs, desk);
  if (shell.screen.typed) await greet(shell, reader);
  let last = 0;
  try {
    for (let line = await desk.next(); line !== undefined; line = await desk.next()) {
      const code = await handle(line, desk.shell, verbs);
      if (code === END) break;
      last = code ?? last;
    }
  } finally {
    reader.close();
  }
  return last;
}

async function openReader(shell: Shell, verbs: BuiltinTable, desk: Desk): Promise<LineReader> {
  const { config, workspace, stateDir } = await shell.place();
  const files = openFiles(workspace.root);
  const { screen } = shell;
  const reader = createLineReader({
    prompt: screen.typed ? () => desk.busy() ? "working> " : "dspy-code> " : "",
    plain: config.plain,
    history: await openHistory(join(stateDir, "history")),
    complete: createCompleter({
      registry: shell.registry,
      builtins: Object.entries(verbs).map(([name, { values, more }]) => ({
        name,
        ...values && { values },
        ...more && { more },
      })),
      slash: () => slashWords(files),
      listDir: async (path) =>
        (await files.list(path)).map(({ name, kind }) => ({ name, folder: kind === "folder" })),
    }),
    interrupt: desk.interrupt,
    entered: desk.entered,
    input: Deno.stdin,
    output: screen.stdout,
  });
  const { above, lend, live } = reader;
  const { attends: takesKeys, interrupt } = desk;
  if (live) screen.keepLine({ above, lend, takesKeys, interrupt });
  return reader;
}

async function greet(shell: Shell, { live }: LineReader): Promise<void> {
  const { workspace, model } = await shell.place();
  const mind = model === undefined
    ? "no model: local tools answer"
    : `${model.provider}/${model.model} answers`;
  shell.io.err(`dspy-code ${VERSION} in ${workspace.root}, ${mind}`);
  shell.io.err('A command, or a request in plain words: "help" lists commands, Tab completes.');
  if (model === undefined) return;
  shell.io.err("/help lists what a session with a model knows.");
  if (live) shell.io.err("While it works: type to tell it something, Esc or Ctrl-C to stop it.");
}

async function handle(
  { text: line, request }: DeskLine,
  shell: Shell,
  verbs: BuiltinTable,
): Promise<number | typeof END | undefined> {
  if (line.trim() === "" || line.trimStart().startsWith("#")) return undefined;
  try {
    if (request) return await shell.ask(line);
    if (line.trimStart().startsWith("/")) {
      const { runSlash } = await import("./slash.ts");
      return await runSlash(line, shell) ?? END;
    }
    if (!isVerb(firstWord(line), shell, verbs)) return await askUnlessSlip(line, shell, verbs);
    for (const command of split(line)) {
      const code = await run(command, shell, verbs);
      if (code !== 0) return code;
    }
    return 0;
  } catch (error) {
    const { config: { json } } = await shell.place();
    const code = exitCodeOf(error);
    shell.io.err(describeError(error));
    if (json) shell.io.out(errorLine(describeError(error), code));
    return code;
  }
}

/** An apostrophe of a sentence is no open quote. */
function split(line: string): readonly LineCommand[] {
  try {
    return splitLine(line);
  } catch (error) {
    if (!isSentence(line)) throw error;
    return [{ words: ["run", line.trim()], raw: line.trim() }];
  }
}

async function run(
  command: LineCommand,
  shell: Shell,
  verbs: BuiltinTable,
): Promise<number | typeof END> {
  const { words, raw } = command;
  const read = words[0] === "git" ? gitWords(words, shell.registry) : words;
  const [verb = "", ...rest] = read ?? [];
  if (verb === "exit" || verb === "quit") return END;
  const entry = shell.registry.find(verb);
  // What stands behind a program that is to be run is meant for it.
  const ours = entry?.verbatim ? rest.slice(0, 1) : rest;
  if (ours.includes("--help") || ours.includes("-h")) {
    return await verbs.help!.run([verb], shell, raw);
  }
  const builtin = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (await isSaid(command, shell)) return await shell.ask(raw);
  if (builtin) return await runBuiltin(builtin, rest, command, shell);
  if (entry === undefined) return await shell.ask(raw);
  // What does not fit the verb, but makes a sentence with it, is a request after all.
  const input = await parseToolWords(entry, rest).catch((error: unknown) => {
    if (isSentence(raw)) return undefined;
    throw error;
  });
  return input === undefined ? await shell.ask(raw) : await shell.runTool(entry.name, input);
}

/**
 * Whether a line that begins with a command is meant as words all the same: `test it`, `run the
 * tests`, and, where a model listens, `build a parser`.
 */
async function isSaid({ words, raw }: LineCommand, shell: Shell): Promise<boolean> {
  const [verb = "", ...rest] = words;
  if (!isSentence(raw)) return false;
  if (verb === "run" || verb === "chat") return rest.length > 0;
  if (!SAID.has(verb)) return false;
  if (rest.length === 1) return POINTERS.test(rest[0]!);
  const { model } = await shell.place();
  return model !== undefined && rest.some((word) => LITTLE.test(word));
}

/** Commands that are also what people say; those that look for words are not among them. */
const SAID = new Set(
  ["build", "test", "lint", "edit", "write", "undo", "redo", "patch", "open", "diff", "index"],
);

/** What only means something to who has listened. */
const POINTERS = /^(it|this|that|them|these|those|please|everything|again)[.!?]*$/i;

/** What stands in sentences and in no command. */
const LITTLE = /^(a|an|the|it|this|that|to|in|for|of|with|me|my|our|and|so|please|again)[.,!?]*$/i;

async function runBuiltin(
  { takes = Infinity, run }: ReplVerb,
  words: readonly string[],
  { raw }: LineCommand,
  shell: Shell,
): Promise<number> {
  const over = words.filter((word) => !word.startsWith("-"))[takes];
  if (over === undefined) return await run(words, shell, raw);
  if (isSentence(raw)) return await shell.ask(raw);
  throw new UserError("usage", `${JSON.stringify(over)} is a word too many`, {
    hint: 'see "help"',
  });
}

function isVerb(word: string, shell: Shell, verbs: BuiltinTable): boolean {
  return word === "git" || Object.hasOwn(verbs, word) || shell.registry.find(word) !== undefined;
}

async function askUnlessSlip(line: string, shell: Shell, verbs: BuiltinTable): Promise<number> {
  const names = [
    ...Object.keys(verbs),
    ...shell.registry.entries.map(({ name }) => shownName(name)),
  ];
  const slip = slipOf(line.trim().split(/\s+/), names);
  // A model understands a slip, and in a talk one word is an answer.
  const { model } = await shell.place();
  if (slip === undefined || model !== undefined) return await shell.ask(line.trim());
  throw new UserError("usage", `no command called ${JSON.stringify(slip.word)}`, {
    hint: slip.near.length > 0
      ? `did you mean ${slip.near.join(" or ")}?`
      : '"help" lists the commands; ask in a few more words for an answer',
  });
}

function exitCodeOf(error: unknown): number {
  return error instanceof UserError ? error.exitCode : 1;
}
