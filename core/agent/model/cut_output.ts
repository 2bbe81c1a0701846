/** How much of a result a model gets to see. */
export interface OutputLimits {
  /** Lines at most. */
  readonly lines: number;
  /** Bytes of UTF-8 at most. */
  readonly bytes: number;
  /** Which end matters: files are read from the head, what programs say ends with the point. */
  readonly keep: "head" | "tail";
}

const MAX_LINES = 2_000;
const MAX_BYTES = 50 * 1024;
/** Of the window, for one result, at three and a half bytes a token. */
const SHARE = 0.1 * 3.5;

/** How much of one result fits a window, in tokens. */
export function resultLimits(window: number): Pick<OutputLimits, "lines" | "bytes"> {
  return { lines: MAX_LINES, bytes: Math.min(MAX_BYTES, Math.floor(window * SHARE)) };
}

/** A text cut to size. */
export interface CutOutput {
  /** What is left, with a line that says what is missing. */
  readonly text: string;
  /** Bytes of the whole; undefined when nothing was cut. */
  readonly bytes?: number;
}

/** Lines of the head that stay when the tail is kept. */
const HEAD_LINES = 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Cuts a result to size and says how to read the rest. The whole must be kept under the call's id.
 *
 * @param call id of the call.
 */
export function cutOutput(text: string, call: string, limits: OutputLimits): CutOutput {
  const bytes = encoder.encode(text).length;
  const lines = text.split("\n");
  if (bytes <= limits.bytes && lines.length <= limits.lines) return { text };
  const fitted = limits.keep === "head" ? fit(lines, limits, "head") : [
    ...fit(lines, { lines: HEAD_LINES, bytes: limits.bytes / 4 }, "head"),
    "…",
    ...fit(lines, { lines: limits.lines - HEAD_LINES, bytes: limits.bytes * 3 / 4 }, "tail"),
  ];
  const shown = fitted.join("\n");
  const note = `[${lines.length} lines, ${bytes} bytes in all, cut; the rest: ` +
    `output {"call":"${call}","start":LINE} or {"call":"${call}","grep":"TEXT"}]`;
  return { text: `${shown}\n${note}`, bytes };
}

/** Whole lines from one end while they fit; a first line that is too long is cut by itself. */
function fit(
  lines: readonly string[],
  { lines: most, bytes }: Pick<OutputLimits, "lines" | "bytes">,
  from: "head" | "tail",
): string[] {
  const taken: string[] = [];
  let left = bytes;
  for (let n = 0; n < Math.min(most, lines.length); n++) {
    const line = lines[from === "head" ? n : lines.length - 1 - n]!;
    const size = encoder.encode(line).length + 1;
    if (size > left) {
      if (taken.length === 0) taken.push(firstBytes(line, left));
      break;
    }
    left -= size;
    taken.push(line);
  }
  return from === "head" ? taken : taken.reverse();
}

/** Cut between code points. */
function firstBytes(line: string, bytes: number): string {
  const cut = encoder.encode(line).subarray(0, Math.max(0, Math.floor(bytes)));
  return decoder.decode(cut).replace(/\uFFFD+$/, "") + "…";
}
