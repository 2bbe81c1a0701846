import { basename, resolve } from "node:path";
import type { Argv } from "../../core/command.ts";
import { UserError } from "../../core/errors.ts";
import { findProgram } from "../../core/safety/find_program.ts";

/** What to open. */
export interface OpenTarget {
  /** Relative to the workspace. */
  readonly path: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

interface Editor {
  /** Its arguments for an absolute path. */
  args(path: string, line: number | undefined, column: number | undefined): string[];
  /** Whether it needs the terminal. */
  readonly terminal?: boolean;
}

const code: Editor = { args: (path, line, column) => ["-g", joined(path, line, column)] };
const sublime: Editor = { args: (path, line, column) => [joined(path, line, column)] };
const vim: Editor = {
  args: (path, line) => [...(line ? [`+${line}`] : []), path],
  terminal: true,
};
const emacs: Editor = {
  args: (
    path,
    line,
    column,
  ) => [...(line ? [`+${[line, column].filter(Boolean).join(":")}`] : []), path],
  terminal: true,
};
const idea: Editor = {
  args: (path, line) => [...(line ? ["--line", String(line)] : []), path],
};
const nano: Editor = {
  args: (
    path,
    line,
    column,
  ) => [...(line ? [`+${[line, column].filter(Boolean).join(",")}`] : []), path],
  terminal: true,
};
const helix: Editor = {
  args: (path, line, column) => [joined(path, line, column)],
  terminal: true,
};

/** The editors we know, in the order in which they are looked for. */
const EDITORS: Readonly<Record<string, Editor>> = {
  code,
  codium: code,
  cursor: code,
  subl: sublime,
  nvim: vim,
  vim,
  emacs,
  idea,
  vi: vim,
  nano,
  hx: helix,
};

/** Programs of a desktop that open a file with whatever is set for it. */
const OPENERS: Readonly<Record<string, string>> = { darwin: "open", linux: "xdg-open" };

/** What a program with windows needs to find the person's screen. */
const DESKTOP = [
  "HOME",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "XDG_RUNTIME_DIR",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "DBUS_SESSION_BUS_ADDRESS",
  "TERM",
  "COLORTERM",
];

/** An editor may stay open for a day. */
const DAY_MS = 86_400_000;

/**
 * Builds the argv that opens a file: with `$VISUAL` or `$EDITOR`, else the first editor found on PATH,
 * else the desktop's opener. Runs in the launcher, which knows the person's environment.
 *
 * @throws {UserError} `missing` when there is none.
 */
export async function editorArgv(
  { path, line, column }: OpenTarget,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  os: string,
): Promise<Argv> {
  const file = resolve(root, path);
  const program = await chooseProgram(root, env, os);
  const editor = EDITORS[program];
  const wished = wish(env);
  // An editor of the person's that we do not know is taken for one in the terminal.
  const interactive = editor?.terminal ?? (editor === undefined && program === wished);
  const names = DESKTOP.filter((name) => env[name]);
  return {
    program,
    args: editor ? editor.args(file, line, column) : [file],
    env: Object.fromEntries(names.map((name) => [name, env[name]!])),
    timeoutMs: DAY_MS,
    ...(interactive ? { interactive } : {}),
  };
}

async function chooseProgram(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  os: string,
): Promise<string> {
  const wished = wish(env);
  const opener = OPENERS[os];
  const names = [
    ...(wished ? [wished] : []),
    ...Object.keys(EDITORS),
    ...(opener ? [opener] : []),
  ];
  for (const name of names) {
    const found = await findProgram(name, env.PATH ?? "", root).catch(() => undefined);
    if (found) return name;
  }
  throw new UserError("missing", "no editor found", {
    hint: "set EDITOR to one that is on PATH, for example: export EDITOR=vim",
  });
}

/** The program of `$VISUAL` or `$EDITOR`, without its folder and its arguments. */
function wish(
  { VISUAL, EDITOR }: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const words = (VISUAL || EDITOR || "").trim().split(/\s+/);
  return words[0] ? basename(words[0]).replace(/\.exe$/i, "") : undefined;
}

function joined(path: string, line: number | undefined, column: number | undefined): string {
  return [path, line, line && column].filter(Boolean).join(":");
}
