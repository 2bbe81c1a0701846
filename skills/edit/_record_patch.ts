import { appendJsonLine } from "../../core/store/json_lines.ts";
import { stateFolder } from "../../core/workspace/state_folder.ts";

/** One attempt to apply a patch, as `.dspy_patches/history.jsonl` keeps it. */
export interface PatchAttempt {
  readonly files: readonly string[];
  readonly added: number;
  readonly removed: number;
  readonly ok: boolean;
  /** Why it failed. */
  readonly error?: string;
  /** The change that `undo` takes back. */
  readonly undo?: string;
}

/**
 * Keeps a patch as `.dspy_patches/<ms>.patch` and adds a line to the history.
 *
 * @returns its id: the milliseconds.
 */
export async function recordPatch(
  root: string,
  text: string,
  attempt: PatchAttempt,
): Promise<string> {
  const folder = await stateFolder(root, ".dspy_patches");
  const ts = await keep(folder, text);
  await appendJsonLine(`${folder}/history.jsonl`, { id: String(ts), ts, ...attempt });
  return String(ts);
}

/** Two attempts in one millisecond get two names. */
async function keep(folder: string, text: string): Promise<number> {
  for (let ts = Date.now();; ts++) {
    try {
      await Deno.writeTextFile(`${folder}/${ts}.patch`, text, { createNew: true, mode: 0o600 });
      return ts;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}
