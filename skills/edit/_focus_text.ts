import { fitText } from "../_fit_text.ts";

/** Lines above and below a line that matters. */
const AROUND = 12;

/**
 * The parts of a text that a task is about, within so many characters: lines with the task's words
 * and those around them, rarest words first. What is left out is marked.
 *
 * @param room characters; a text that is not longer stays as it is.
 */
export function focusText(text: string, task: string, room: number): string {
  if (text.length <= room) return text;
  const lines = text.split("\n");
  const lower = lines.map((line) => line.toLowerCase());
  const words = new Set(task.toLowerCase().match(/[\p{L}\p{N}_$]{3,}/gu) ?? []);
  const places = [...words]
    .map((word) => lower.flatMap((line, i) => line.includes(word) ? [i] : []))
    .filter((found) => found.length > 0)
    .sort((a, b) => a.length - b.length)
    .flat();
  const kept = new Set<number>();
  let left = room;
  for (const place of places) {
    const window = span(place, lines.length).filter((i) => !kept.has(i));
    // The marks of what is left out take room as well.
    const cost = window.reduce((sum, i) => sum + lines[i]!.length + 1, 40);
    if (cost > left) continue;
    left -= cost;
    for (const i of window) kept.add(i);
  }
  return kept.size === 0 ? fitText(text, room) : joined(lines, kept);
}

function span(place: number, count: number): number[] {
  const first = Math.max(0, place - AROUND);
  const last = Math.min(count - 1, place + AROUND);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function joined(lines: readonly string[], kept: ReadonlySet<number>): string {
  const shown: string[] = [];
  let gap = 0;
  const mark = () => {
    if (gap > 0) shown.push(`... ${gap} lines left out ...`);
    gap = 0;
  };
  for (const [i, line] of lines.entries()) {
    if (!kept.has(i)) gap++;
    else {
      mark();
      shown.push(line);
    }
  }
  mark();
  return shown.join("\n");
}
