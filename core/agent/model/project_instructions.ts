import type { Files } from "../../workspace/files.ts";

/** Read in this order; the first that is there counts. */
const NAMES = ["AGENTS.md", "CLAUDE.md", "GEMINI.md"];

/** Bytes of instructions that are read; the rest is cut, with a warning. */
const MAX_BYTES = 32 * 1024;

/** Of the window, in bytes: a fifth, at three and a half bytes a token. */
const SHARE = 0.2 * 3.5;

/**
 * The project's instructions for agents: AGENTS.md at the root. Text for the model and nothing else:
 * it can widen no permission.
 *
 * @param window in tokens; a small one gets less of them.
 * @param warn told when they were cut.
 * @returns the empty text when there are none.
 */
export async function projectInstructions(
  files: Pick<Files, "info" | "readText">,
  window: number,
  warn: (text: string) => void,
): Promise<string> {
  const most = Math.floor(Math.min(MAX_BYTES, window * SHARE));
  for (const name of NAMES) {
    const info = await files.info(name).catch(() => undefined);
    if (info?.kind !== "file") continue;
    const whole = info.size <= most;
    if (!whole) warn(`${name}: only the first ${most} of ${info.size} bytes are read`);
    return await files.readText(name, whole ? {} : { range: [0, most] }).catch(() => "");
  }
  return "";
}
