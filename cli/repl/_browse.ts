import { type Buffer, bufferOf } from "./_buffer.ts";

/** Where one is while going up and down through the history. */
export interface Browse {
  /** What stood before the cursor when it began: only lines that start so are shown. */
  readonly prefix: string;
  /** Index of the shown line; the number of lines for the draft. */
  readonly index: number;
  /** The line that was being written. */
  readonly draft: Buffer;
}

/**
 * Goes to the next older or newer line with the same beginning, passing over lines equal to the
 * one shown.
 *
 * @returns undefined when there is none.
 */
export function browse(
  buffer: Buffer,
  at: Browse | undefined,
  step: -1 | 1,
  history: readonly string[],
): { buffer: Buffer; browse: Browse } | undefined {
  const from = at ??
    { prefix: buffer.text.slice(0, buffer.cursor), index: history.length, draft: buffer };
  for (let index = from.index + step; index >= 0 && index < history.length; index += step) {
    const line = history[index]!;
    if (!line.startsWith(from.prefix) || line === buffer.text) continue;
    return { buffer: bufferOf(line), browse: { ...from, index } };
  }
  if (step === -1 || from.index >= history.length) return undefined;
  return { buffer: from.draft, browse: { ...from, index: history.length } };
}
