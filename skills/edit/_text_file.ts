import { UserError } from "../../core/errors.ts";

const BOM = "\uFEFF";

/** A text file as it is matched: its line ends all `\n`, with the way back to the real ones. */
export interface TextFile {
  readonly path: string;
  /** The text as it is on disk, without the byte order mark. */
  readonly raw: string;
  /** The same with `\n` for `\r\n`. */
  readonly text: string;
  /** Lines of `text`, without their ends. */
  readonly lines: readonly string[];
  /** Offset in `text` at which each line begins. */
  readonly starts: readonly number[];
  /** End of each line in `raw`: `"\n"`, `"\r\n"`, or `""` for a last line without one. */
  readonly ends: readonly string[];
  readonly bom: boolean;
  /** Whether all line ends are alike. */
  readonly uniform: boolean;
}

/**
 * Decodes a file strictly.
 *
 * @throws {UserError} `refused` for binary files and those that are not UTF-8.
 */
export function textFile(path: string, bytes: Uint8Array): TextFile {
  if (bytes.includes(0)) throw refused(path, "is a binary file");
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return textFileOf(path, decoder.decode(bytes));
  } catch {
    throw refused(path, "is not UTF-8");
  }
}

/** The same for text that is decoded already; a byte order mark may lead it. */
export function textFileOf(path: string, decoded: string): TextFile {
  const bom = decoded.startsWith(BOM);
  const raw = bom ? decoded.slice(1) : decoded;
  const text = raw.replaceAll("\r\n", "\n");
  const lines = splitLines(text);
  const starts: number[] = [];
  const ends: string[] = [];
  const kinds = new Set<string>();
  let [at, rawAt] = [0, 0];
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
    rawAt += line.length;
    const end = raw.startsWith("\r\n", rawAt) ? "\r\n" : raw[rawAt] === "\n" ? "\n" : "";
    rawAt += end.length;
    ends.push(end);
    if (end !== "") kinds.add(end);
  }
  return { path, raw, text, lines, starts, ends, bom, uniform: kinds.size < 2 };
}

/** Lines of a text whose ends are `\n`, without them; none for the empty text. */
export function splitLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Index of the line that holds an offset of `text`, from 0. */
export function lineAt(file: TextFile, offset: number): number {
  let [low, high] = [0, file.starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (file.starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Offsets of `raw` for rising offsets of `text`. */
export function rawOffsets(file: TextFile, offsets: readonly number[]): number[] {
  if (file.raw.length === file.text.length) return [...offsets];
  let [line, extra] = [0, 0];
  return offsets.map((offset) => {
    for (; line + 1 < file.starts.length && file.starts[line + 1]! <= offset; line++) {
      if (file.ends[line] === "\r\n") extra++;
    }
    // The end of the text comes after the last line's end.
    const last = offset === file.text.length && file.ends.at(-1) === "\r\n" ? 1 : 0;
    return offset + extra + last;
  });
}

/** Bytes of a text, with the byte order mark if it had one. */
export function encodeText(text: string, bom: boolean): Uint8Array {
  return new TextEncoder().encode(bom ? BOM + text : text);
}

function refused(path: string, why: string): UserError {
  return new UserError("refused", `${JSON.stringify(path)} ${why}`, {
    rule: "edit.encoding",
    hint: "only UTF-8 text is edited",
  });
}
