import { UserError } from "../../core/errors.ts";
import type { Shell } from "../shell.ts";

/** A verb of the REPL that is no tool. */
export interface ReplVerb {
  readonly summary: string;
  /** What its first word can be. */
  readonly values?: readonly string[];
  /** @returns the exit code. */
  run(words: readonly string[], shell: Shell, raw: string): Promise<number>;
}

/** The verbs by name. */
export type BuiltinTable = Readonly<Record<string, ReplVerb>>;

/** The REPL's own verbs: those that change the session, and the launcher's commands. */
export function builtins(): BuiltinTable {
  const help: ReplVerb = { summary: "List the commands, or explain one", run: showHelp };
  const command: ReplVerb = { summary: "A command of the launcher", run: runCommand };
  return {
    help,
    "?": help,
    exit: { summary: "End the session", run: () => Promise.resolve(0) },
    quit: { summary: "End the session", run: () => Promise.resolve(0) },
    ws: { summary: "Show the workspace", run: showWorkspace },
    cd: { summary: "Move to another workspace", run: changeWorkspace },
    logs: { summary: "Show or change the folder of the logs", run: changeLogs },
    approval: {
      summary: "Show or change how calls are approved",
      values: ["auto", "manual", "default"],
      run: changeApproval,
    },
    run: { summary: "Work on a request in plain language", run: ask },
    chat: { summary: "Work on a request in plain language", run: ask },
    permissions: { ...command, values: ["explain", "audit", "trust"] },
    config: { ...command, values: ["show", "init"] },
    doctor: command,
  };
}

async function showHelp(words: readonly string[], shell: Shell): Promise<number> {
  const { helpFor } = await import("../flags.ts");
  const { helpTable } = await import("../help_table.ts");
  const [name] = words;
  const entry = name === undefined ? undefined : shell.registry.find(name);
  if (name !== undefined && entry === undefined) {
    const verb = builtins()[name];
    if (verb === undefined) {
      throw new UserError("usage", `no command called ${JSON.stringify(name)}`);
    }
    shell.io.out(`${name}: ${verb.summary}`);
    return 0;
  }
  if (entry) shell.io.out(helpFor(entry));
  else {
    for (const line of helpTable(shell.registry)) shell.io.out(line);
    shell.io.out("");
    const own = Object.entries(builtins()).map(([key, { summary }]) => `  ${key}: ${summary}`);
    for (const line of ["session", ...own]) shell.io.out(line);
  }
  return 0;
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

async function runCommand(
  _words: readonly string[],
  shell: Shell,
  raw: string,
): Promise<number> {
  const { runCommandLine } = await import("../run_command_line.ts");
  const { splitLine } = await import("./split_line.ts");
  return await runCommandLine(splitLine(raw)[0]!.words, shell);
}
