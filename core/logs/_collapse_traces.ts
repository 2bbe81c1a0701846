const OMITTED = "... stack trace omitted ...";

/** Fewer `at …` lines in a row than this stay as they are. */
const MIN_FRAMES = 3;

/**
 * Shortens stack traces: of a Python traceback stay the first line and the exception that ends it,
 * however long it is; three or more `at …` lines in a row become one.
 *
 * @param lines of a log.
 * @param frames whether the frame that the error was thrown from stays: Python's last one, with its
 * line of source, and the first `at …`.
 */
export function collapseTraces(
  lines: readonly string[],
  frames: "none" | "innermost" = "none",
): string[] {
  const kept: string[] = [];
  for (let i = 0; i < lines.length;) {
    const python = lines[i]!.includes("Traceback (");
    const end = python ? tracebackEnd(lines, i) : framesEnd(lines, i);
    if (end === i) {
      kept.push(lines[i++]!);
      continue;
    }
    if (python) kept.push(lines[i]!);
    const last = lines.slice(i, end).findLastIndex((line) => /\bFile "/.test(line));
    if (frames === "innermost" && !python) kept.push(lines[i]!);
    // A single frame is shown whole, and then nothing is left out.
    if (frames === "none" || !python || last > 1) kept.push(OMITTED);
    if (frames === "innermost" && python && last > 0) kept.push(...lines.slice(i + last, end));
    i = end;
  }
  return kept;
}

/** Index of the exception line after a traceback's frames; `start` when it has no frames. */
function tracebackEnd(lines: readonly string[], start: number): number {
  const head = lines[start]!;
  const before = head.slice(0, head.indexOf("Traceback ("));
  // Each line may carry the same prefix ("app-1  | "), or only the first does (a logger's text).
  const next = lines[start + 1] ?? "";
  const prefix = before.trim() !== "" && next.startsWith(before) ? before : indentOf(before, next);
  let end = start + 1;
  while (end < lines.length && isFrame(lines[end]!, prefix)) end++;
  return end === start + 1 ? start : end;
}

/** The indent that a traceback itself has, so that its frames are deeper. */
function indentOf(before: string, next: string): string {
  return before.trim() === "" && next.startsWith(before) ? before : "";
}

function isFrame(line: string, prefix: string): boolean {
  if (!line.startsWith(prefix)) return line.trim() === "";
  return line.length === prefix.length || /^\s/.test(line.slice(prefix.length));
}

/** Index after a long run of `at …` lines; `start` when there is none. */
function framesEnd(lines: readonly string[], start: number): number {
  let end = start;
  while (end < lines.length && /^\s*at\s/.test(lines[end]!)) end++;
  return end - start >= MIN_FRAMES ? end : start;
}
