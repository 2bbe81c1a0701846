import { UserError } from "../../core/errors.ts";
import { customCommands } from "../../core/agent/model/custom_commands.ts";
import { closest } from "../../core/closest.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import type { Shell } from "../shell.ts";
import { takeBack } from "../take_back.ts";
import { usageLine } from "../tally.ts";

/** A command of a session, typed with a slash before it. */
export interface SlashCommand {
  /** One line for `/help`. */
  readonly summary: string;
  /** What its first word can be. Default: anything. */
  readonly values?: readonly string[];
  /**
   * Does it.
   *
   * @param rest what stands behind its name.
   * @returns the exit code; undefined ends the session.
   */
  run(rest: string, shell: Shell): Promise<number | undefined>;
}

/** How calls may be approved in a session. */
const MODES = ["default", "edit", "auto", "manual", "plan"];

/** The commands by name. Any other is one of the workspace's own: `.agents/commands/NAME.md`. */
export const SLASH: Readonly<Record<string, SlashCommand>> = {
  help: { summary: "list these commands", run: help },
  model: { summary: "NAME: ask another model from now on", run: model },
  mode: { summary: `${MODES.join(", ")}: how calls are approved`, values: MODES, run: mode },
  plan: { summary: "REQUEST: plan it without changing anything; /mode default leaves", run: plan },
  todo: { summary: "the model's list of steps", run: todo },
  compact: { summary: "[FOCUS]: summarize the conversation to make room", run: act("compact") },
  context: { summary: "what fills the model's window", run: act("context") },
  cost: { summary: "what the session took so far", run: cost },
  why: { summary: "why the last tools were chosen", run: why },
  undo: { summary: "take back what the last request changed, and the request itself", run: undo },
  redo: { summary: "make the change again that was taken back", run: tool("redo") },
  diff: { summary: "what has changed since the last commit", run: tool("git_diff") },
  sessions: { summary: "the sessions of this workspace", run: tool("sessions") },
  resume: { summary: "[ID]: go on with another session; default the newest", run: resume },
  fork: { summary: "[ID[@ENTRY]]: go on in a copy; default of this one", run: fork },
  permissions: { summary: "what the session may touch", run: permissions },
  clear: { summary: "start an empty conversation", run: clear },
  quit: { summary: "end the session", run: () => Promise.resolve(undefined) },
};

/**
 * Runs a line that begins with a slash.
 *
 * @returns the exit code; undefined ends the session.
 * @throws {UserError} `usage` for a slip.
 */
export async function runSlash(line: string, shell: Shell): Promise<number | undefined> {
  const [, name = "", rest = ""] = /^\/(\S*)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  const known = Object.hasOwn(SLASH, name) ? SLASH[name] : undefined;
  if (known !== undefined) return await known.run(rest.trim(), shell);
  const { model, workspace } = await shell.place();
  if (model !== undefined && await isCustom(name, workspace.root)) {
    return await shell.ask(line.trim());
  }
  const near = closest(name, Object.keys(SLASH), { limit: 1 })[0];
  if (model === undefined || (near !== undefined && rest === "")) {
    throw new UserError("usage", `no command /${name}`, {
      hint: near === undefined ? "/help lists them" : `did you mean /${near}?`,
    });
  }
  return await shell.ask(line.trim());
}

async function isCustom(name: string, root: string): Promise<boolean> {
  const own = await customCommands(openFiles(root));
  return own.some((command) => command.name === name);
}

async function help(_rest: string, shell: Shell): Promise<number> {
  const { io } = shell;
  for (const [name, { summary }] of Object.entries(SLASH)) {
    io.out(`/${name.padEnd(12)} ${summary}`);
  }
  const { workspace } = await shell.place();
  for (const { name, path } of await customCommands(openFiles(workspace.root))) {
    io.out(`/${name.padEnd(12)} asks what ${path} says`);
  }
  io.out("Others are read from .agents/commands/NAME.md; @path brings a file along.");
  io.out("While the model works: type to tell it something, Esc or Ctrl-C to stop it; what it");
  io.out("had no time to hear is asked next. /help, /cost, /todo and /why answer at once, other");
  io.out("commands wait for its end.");
  return 0;
}

async function model(name: string, shell: Shell): Promise<number> {
  if (name !== "") await shell.reopen({ model: name });
  const { model } = await shell.place();
  shell.io.out(
    model === undefined
      ? "no model: set OPENAI_API_KEY or OLLAMA_MODEL, or type /model NAME for Ollama"
      : `${model.provider}/${model.model} at ${model.host}`,
  );
  return 0;
}

async function mode(name: string, shell: Shell): Promise<number> {
  if (name !== "" && !MODES.includes(name)) {
    throw new UserError("usage", `no mode ${JSON.stringify(name)}`, { hint: MODES.join(", ") });
  }
  if (name !== "") await shell.reopen({ approval: name === "default" ? undefined : name });
  const { config } = await shell.place();
  shell.io.out(`mode ${config.approval ?? "default: reads run, writes and commands ask"}`);
  return 0;
}

async function plan(request: string, shell: Shell): Promise<number> {
  await mode("plan", shell);
  return request === "" ? 0 : await shell.ask(request);
}

function todo(_rest: string, { io, tally }: Shell): Promise<number> {
  const { todo } = tally.now();
  if (todo.length === 0) io.out("The model keeps no list.");
  for (const { text, done } of todo) io.out(`[${done ? "x" : " "}] ${text}`);
  return Promise.resolve(0);
}

function act(what: "compact" | "context"): SlashCommand["run"] {
  return (rest, shell) => shell.ask(rest, { act: what });
}

function cost(_rest: string, { io, tally }: Shell): Promise<number> {
  const { usage, last } = tally.now();
  io.out(
    usage.requests === 0
      ? "No model was asked."
      : `${usage.requests} requests: ${usageLine(usage)}`,
  );
  if (last?.window) io.out(`${last.used} of ${last.window} tokens of the window are in use`);
  return Promise.resolve(0);
}

function why(_rest: string, { io, tally }: Shell): Promise<number> {
  const { choices } = tally.now();
  if (choices.length === 0) io.out("Nothing was chosen by rule: a model picks its tools itself.");
  for (const { tool, reason, alternatives } of choices.slice(-4)) {
    const others = alternatives.length === 0 ? "" : `; not ${alternatives.slice(0, 3).join(", ")}`;
    io.out(`${tool}: ${reason}${others}`);
  }
  return Promise.resolve(0);
}

/** What the last request of this session changed, newest first, and then the request itself. */
async function undo(_rest: string, shell: Shell): Promise<number> {
  const { conversation } = shell.tally.now();
  if (conversation === undefined) {
    shell.io.out("No request of this session to take back; undo takes back older changes.");
    return 1;
  }
  return await takeBack(conversation, shell.tally, shell.runTool, (code) => code === 0);
}

function tool(name: string): SlashCommand["run"] {
  return (_rest, shell) => shell.runTool(name, {});
}

async function resume(id: string, shell: Shell): Promise<number> {
  const name = id || "last";
  const code = await shell.runTool("sessions", { action: "show", name });
  if (code === 0) shell.goOnWith({ resume: name });
  return code;
}

function fork(id: string, shell: Shell): Promise<number> {
  const from = id || shell.tally.now().conversation;
  if (from === undefined) throw new UserError("usage", "there is no session to copy yet");
  shell.goOnWith({ fork: from });
  shell.io.out(`the next request goes on in a copy of ${from}`);
  return Promise.resolve(0);
}

async function permissions(_rest: string, shell: Shell): Promise<number> {
  const { runCommandLine } = await import("../run_command_line.ts");
  return await runCommandLine(["permissions", "explain"], shell);
}

function clear(_rest: string, shell: Shell): Promise<number> {
  shell.goOnWith({ start: crypto.randomUUID() });
  shell.io.out("The next request starts an empty conversation.");
  return Promise.resolve(0);
}
