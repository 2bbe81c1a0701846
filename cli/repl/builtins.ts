import { UserError } from "../../core/errors.ts";
import { isOwnCommand } from "../own_commands.ts";
import { RL_WORDS } from "../rl/words.ts";
import type { Shell } from "../shell.ts";
import { isSentence } from "./is_sentence.ts";

/** A verb of the REPL that is no tool. */
export interface ReplVerb {
  readonly summary: string;
  /** What its first word can be. */
  readonly values?: readonly string[];
  /** What may stand behind each of them. */
  readonly more?: Readonly<Record<string, readonly string[]>>;
  /** Words it takes at most; more make the line a request. Default: any number. */
  readonly takes?: number;
  /** @returns the exit code. */
  run(words: readonly string[], shell: Shell, raw: string): Promise<number>;
}

/** The verbs by name. */
export type BuiltinTable = Readonly<Record<string, ReplVerb>>;

/** The REPL's own verbs: those that change the session, and the launcher's commands. */
export function builtins(): BuiltinTable {
  const help: ReplVerb = {
    summary: "List the commands, or explain one",
    takes: 1,
    run: showHelp,
  };
  const command: ReplVerb = { summary: "A command of the launcher", run: runCommand };
  return {
    help,
    "?": help,
    exit: { summary: "End the session", run: () => Promise.resolve(0) },
    quit: { summary: "End the session", run: () => Promise.resolve(0) },
    ws: { summary: "Show the workspace", takes: 0, run: showWorkspace },
    cd: { summary: "Move to another workspace", takes: 1, run: changeWorkspace },
    logs: { summary: "Show or change the folder of the logs", takes: 1, run: changeLogs },
    approval: {
      summary: "Show or change how calls are approved",
      takes: 1,
      values: ["auto", "manual", "edit", "plan", "default"],
      run: changeApproval,
    },
    run: { summary: "Work on a request in plain language", run: ask },
    chat: { summary: "Work on a request in plain language", run: ask },
    permissions: { ...command, values: ["explain", "audit", "shrink", "trust"] },
    config: { ...command, takes: 1, values: ["show", "init"] },
    rl: {
      summary: "What was learned about tools here: look at it, judge it, keep it, train it",
      values: Object.keys(RL_WORDS),
      more: RL_WORDS,
      run: runCommand,
    },
    queue: {
      ...command,
      summary: "Jobs of this workspace: submit, look, run",
      values: ["submit", "status", "list", "cancel", "redrive", "run"],
    },
    "stream-init": { ...command, summary: "Write .dspy_stream.json" },
    ...Object.fromEntries(["up", "serve", "worker", "tail"].map((name) => [name, ALONE])),
    mcp: {
      summary: "List the MCP servers and their tools",
      takes: 1,
      values: ["list"],
      run: listServers,
    },
    doctor: { ...command, takes: 0 },
  };
}

/** A service holds the terminal until Ctrl-C: it gets one of its own. */
const ALONE: ReplVerb = {
  summary: "A service: start it in a terminal of its own",
  run: () =>
    Promise.reject(
      new UserError("usage", "a service runs until Ctrl-C, and not inside a session", {
        hint: "start it in a terminal of its own: dspy-code up",
      }),
    ),
};

async function showHelp(
  [name]: readonly string[],
  shell: Shell,
  raw: string,
): Promise<number> {
  const own = builtins();
  if (name === undefined) {
    const { helpTable } = await import("../help_table.ts");
    for (const line of helpTable(shell.registry)) shell.io.out(line);
    shell.io.out("");
    const lines = Object.entries(own).map(([key, { summary }]) => `  ${key}: ${summary}`);
    for (const line of ["session", ...lines]) shell.io.out(line);
    if ((await shell.place()).model !== undefined) {
      shell.io.out("  /help: what begins with a slash, for the talk with the model");
    }
    return 0;
  }
  const verb = Object.hasOwn(own, name) && !isOwnCommand(name) ? own[name] : undefined;
  if (verb !== undefined) shell.io.out(`${name}: ${verb.summary}`);
  else if (isCry(name, shell, raw)) return await shell.ask(raw);
  else await (await import("../commands/help.ts")).explain(name, shell);
  return 0;
}

/** `help me`, `help with the tests`: names no command, nor anything like one. */
function isCry(name: string, { registry }: Shell, raw: string): boolean {
  if (isOwnCommand(name) || registry.find(name) !== undefined) return false;
  return registry.suggest(name).length === 0 && isSentence(raw);
}

async function showWorkspace(_words: readonly string[], shell: Shell): Promise<number> {
  const { workspace } = await shell.place();
  shell.io.out(`workspace ${workspace.root}\nlogs      ${workspace.logs}`);
  return 0;
}

async function changeWorkspace(words: readonly string[], shell: Shell): Promise<number> {
  const [path] = words;
  if (path === undefined) throw new UserError("usage", "cd needs a folder");
  const { workspace } = await shell.place();
  const { resolve } = await import("node:path");
  await shell.reopen({ workspace: resolve(workspace.root, path) });
  return await showWorkspace([], shell);
}

async function changeLogs(words: readonly string[], shell: Shell): Promise<number> {
  const [path] = words;
  if (path !== undefined) await shell.reopen({ logs: path });
  return await showWorkspace([], shell);
}

async function changeApproval(words: readonly string[], shell: Shell): Promise<number> {
  const [mode] = words;
  if (mode !== undefined) await shell.reopen({ approval: mode === "default" ? undefined : mode });
  const { config } = await shell.place();
  shell.io.out(`approval ${config.approval ?? "default: reads run, writes and commands ask"}`);
  return 0;
}

async function ask(words: readonly string[], shell: Shell): Promise<number> {
  if (words.length === 0) throw new UserError("usage", "run needs a request");
  return await shell.ask(words.join(" "));
}

/** What serves another agent needs standard input for itself. */
async function listServers([word = "list"]: readonly string[], shell: Shell): Promise<number> {
  if (word !== "list") throw new UserError("usage", `mcp ${word} is no command of a session`);
  const { runCommandLine } = await import("../run_command_line.ts");
  return await runCommandLine(["mcp", "list"], shell);
}

async function runCommand(
  _words: readonly string[],
  shell: Shell,
  raw: string,
): Promise<number> {
  const { runCommandLine } = await import("../run_command_line.ts");
  const { splitLine } = await import("./split_line.ts");
  return await runCommandLine(splitLine(raw)[0]!.words, shell);
}
