import { UserError } from "../../errors.ts";
import type { Files } from "../../workspace/files.ts";

/** Read in this order; the first that is there counts. */
const NAMES = ["AGENTS.md", "CLAUDE.md", "GEMINI.md"];

/** Bytes of instructions that are read; the rest is cut, with a warning. */
const MAX_BYTES = 32 * 1024;

/** Of the window, in bytes: a fifth, at three and a half bytes a token. */
const SHARE = 0.2 * 3.5;

/** What is in them was written by others, and is no part of the project. */
const INSTALLED = new Set(["node_modules", "vendor", ".venv", "venv"]);

/** The project's instructions for agents that stand in one folder. */
export interface ProjectInstructions {
  /** The file, relative to the root. */
  readonly path: string;
  /** What it says. */
  readonly text: string;
}

/** The folders from the root down to one, which may have instructions: `.`, `a`, `a/b`. */
export function foldersTo(folder: string): string[] {
  const segments = folder.split("/").filter((segment) => segment !== "." && segment !== "");
  const end = segments.findIndex((segment) => INSTALLED.has(segment));
  const own = end < 0 ? segments : segments.slice(0, end);
  return [".", ...own.map((_, i) => own.slice(0, i + 1).join("/"))];
}

/**
 * The project's instructions for agents: the AGENTS.md of each folder. Text for the model and
 * nothing else: it can widen no permission.
 *
 * @param folders relative to the root, in the order in which they are told.
 * @param window in tokens; a small one gets less of them.
 * @param told what counts against the limit already.
 * @param warn told what was cut, left out or leads out of the workspace.
 */
export async function readInstructions(
  files: Pick<Files, "info" | "readText">,
  folders: readonly string[],
  window: number,
  told: readonly ProjectInstructions[],
  warn: (text: string) => void,
): Promise<ProjectInstructions[]> {
  const most = Math.floor(Math.min(MAX_BYTES, window * SHARE));
  const encoder = new TextEncoder();
  let room = told.reduce((room, { text }) => room - encoder.encode(text).length, most);
  const read: ProjectInstructions[] = [];
  for (const folder of folders) {
    const found = await find(files, folder, warn);
    if (found === undefined) continue;
    const { path, size } = found;
    if (room <= 0) {
      warn(`${path}: not read: ${most} bytes of instructions are the most`);
      continue;
    }
    const whole = size <= room;
    if (!whole) warn(`${path}: only the first ${room} of ${size} bytes are read`);
    const text = await files.readText(path, whole ? {} : { range: [0, room] }).catch(() => "");
    if (text === "") continue;
    room -= whole ? size : room;
    read.push({ path, text });
  }
  return read;
}

/** A link that leads out, and what policy denies, is no instruction. */
async function find(
  files: Pick<Files, "info">,
  folder: string,
  warn: (text: string) => void,
): Promise<{ path: string; size: number } | undefined> {
  for (const name of NAMES) {
    const path = folder === "." ? name : `${folder}/${name}`;
    const info = await files.info(path).catch((error) => {
      const refused = error instanceof UserError && error.kind === "refused";
      if (refused && error.rule !== "path.denied") warn(error.line);
    });
    if (info?.kind === "file") return { path, size: info.size };
  }
}
