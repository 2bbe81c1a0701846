import { outlineOf } from "./outline.ts";
import type { CodeSample, SampledFile } from "./sample_code.ts";

const MAX_TEXT = 20 * 1024;
const MAX_LINES = 200;
/** Longer lines hold data. */
const MAX_LINE = 1_000;

/**
 * A file as text to read: its outline and its text, of a long one the head and the tail.
 */
export function fileSnapshot({ path, text, facts }: SampledFile): string {
  return [
    `===== FILE ${path} =====`,
    `-- Outline --${note(facts.exact)}`,
    ...outlineOf(path, facts.symbols),
    "-- Text --",
    headAndTail(text),
  ].join("\n");
}

/**
 * A folder as text to read: of each sampled file the outline and at most 200 lines.
 *
 * @param path the folder's.
 */
export function folderSnapshot(path: string, { files }: CodeSample): string {
  const parts = files.map(({ path, text, facts }) => {
    const lines = text.split(/\r?\n/);
    const rest = lines.length - MAX_LINES;
    return [
      `--- ${path} ---`,
      `Outline:${note(facts.exact)}`,
      ...outlineOf(path, facts.symbols),
      "",
      ...lines.slice(0, MAX_LINES).map(clip),
      ...(rest > 0 ? [`... (${rest} more lines)`] : []),
    ].join("\n").trimEnd();
  });
  return [`===== DIRECTORY ${path} (${files.length} files sampled) =====`, ...parts].join("\n\n");
}

function note(exact: boolean): string {
  return exact ? "" : " (by line patterns: there is no grammar for this language)";
}

function headAndTail(text: string): string {
  if (text.length <= MAX_TEXT) return text.trimEnd();
  const half = MAX_TEXT / 2;
  const left = text.length - MAX_TEXT;
  return `${text.slice(0, half)}\n... (${left} characters left out) ...\n${text.slice(-half)}`;
}

function clip(line: string): string {
  return line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE)}...`;
}
