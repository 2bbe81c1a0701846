import { sanitize } from "../../core/safety/terminal.ts";
import { cutToWidth, padToWidth, widthOf } from "../ui/width.ts";
import { replace } from "./_buffer.ts";
import type { EditorState } from "./_reduce.ts";
import type { Screen } from "./_screen.ts";
import type { Candidate, Completer } from "./complete.ts";

/** Most rows of proposals in one list. */
const MOST_ROWS = 20;

/**
 * What the Tab key does: puts in what all proposals have in common, or, pressed again where that
 * is nothing new, lists them.
 *
 * @param again whether the key before was Tab too.
 */
export async function complete(
  state: EditorState,
  again: boolean,
  completer: Completer | undefined,
  screen: Screen,
): Promise<EditorState> {
  const { buffer } = state;
  const { from, candidates } = await completer?.(buffer.text, buffer.cursor) ??
    { from: 0, candidates: [] };
  const [only] = candidates;
  if (only === undefined) return state;
  const typed = buffer.text.slice(from, buffer.cursor);
  const text = candidates.length > 1
    ? commonPrefix(candidates.map((candidate) => candidate.value))
    : `${only.value}${only.open ? "" : " "}`;
  if (text.length > typed.length || (candidates.length === 1 && text !== typed)) {
    const next = replace(buffer, [from, buffer.cursor], text);
    return { ...state, buffer: next, killing: false, browse: undefined };
  }
  if (again) screen.below(inColumns(candidates, screen.columns()));
  return state;
}

/** What all texts begin with, without cutting a character. */
export function commonPrefix(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const text of others) {
    while (!text.startsWith(first.slice(0, length))) length--;
  }
  return first.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

/** Labels in columns, read downwards; a row at the end tells how many did not fit. */
export function inColumns(candidates: readonly Candidate[], columns: number): string[] {
  const labels = candidates.map(({ label }) => cutToWidth(sanitize(label), columns - 1));
  const width = Math.max(...labels.map(widthOf)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(labels.length / across);
  const shown = Math.min(rows, MOST_ROWS);
  const lines = Array.from({ length: shown }, (_, row) =>
    labels.filter((_, i) => i % rows === row)
      .map((label) => padToWidth(label, width)).join("").trimEnd());
  const more = labels.length - lines.length * Math.ceil(labels.length / rows);
  return rows > shown ? [...lines, `\u2026 and ${Math.max(1, more)} more`] : lines;
}
