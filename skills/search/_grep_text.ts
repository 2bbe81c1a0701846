/** Finds lines in a text. Pure; the worker's text is joined from this module, too. */

/** A line to show. */
export interface ScanLine {
  /** From 1. */
  readonly line: number;
  /** Cut around the match when it is long. */
  readonly text: string;
  /** Whether it matches; else it is context. */
  readonly hit: boolean;
}

/** Longest text shown of a line. Characters. */
const MAX_SHOWN = 500;

/** A line that matches. */
export interface Hit {
  readonly line: number;
  /** Where the line starts and ends in the text. */
  readonly start: number;
  readonly end: number;
  /** Where the match starts, and how long it is. */
  readonly at: number;
  readonly length: number;
}

/** Options of {@linkcode findHits}. */
export interface HitRange {
  /** Where to start: the beginning of a line. Default 0. */
  readonly from?: number;
  /** Hits that start here or later are left out. Default the end. */
  readonly to?: number;
  /** Number of the line at `from`. Default 1. */
  readonly line?: number;
  readonly limit: number;
}

/** One expression over the whole text; lines are counted only up to hits. */
export function findHits(text: string, expression: RegExp, range: HitRange): Hit[] {
  const { from = 0, to = text.length, limit } = range;
  let { line = 1 } = range;
  const hits: Hit[] = [];
  let counted = from;
  for (let at = from; at <= text.length && hits.length < limit;) {
    expression.lastIndex = at;
    const match = expression.exec(text);
    if (match === null || match.index > to) break;
    // Behind a final newline there is no line, though an empty match is found there.
    if (match.index === text.length && (text === "" || text.endsWith("\n"))) break;
    if (match.index === to && to < text.length) break;
    line += countNewlines(text, counted, match.index);
    const start = match.index === 0 ? 0 : text.lastIndexOf("\n", match.index - 1) + 1;
    const newline = text.indexOf("\n", match.index);
    const end = newline < 0 ? text.length : newline;
    hits.push({ line, start, end, at: match.index, length: match[0].length });
    counted = match.index;
    at = end + 1;
  }
  return hits;
}

/** Newlines in a range of a text. */
export function countNewlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    count++;
  }
  return count;
}

/** Options of {@linkcode showHits}. */
export interface ShowOptions {
  readonly context: number;
  /** Number of the last line shown already. Default none. */
  readonly after?: number;
}

/** Hits with the lines around them, each line once. */
export function showHits(text: string, hits: readonly Hit[], options: ShowOptions): ScanLine[] {
  const { context, after = 0 } = options;
  const lines: ScanLine[] = [];
  for (const [index, hit] of hits.entries()) {
    const shown = lines.at(-1)?.line ?? after;
    const before: ScanLine[] = [];
    for (let at = hit.start; before.length < context && at > 0;) {
      const line = hit.line - before.length - 1;
      if (line <= shown) break;
      const end = at - 1;
      at = end === 0 ? 0 : text.lastIndexOf("\n", end - 1) + 1;
      before.push({ line, text: cut(text, { start: at, end }), hit: false });
    }
    lines.push(...before.reverse(), { line: hit.line, text: cut(text, hit), hit: true });
    const next = hits[index + 1]?.line ?? Infinity;
    for (let at = hit.end + 1, n = 1; n <= context && at < text.length; n++) {
      if (hit.line + n >= next) break;
      const newline = text.indexOf("\n", at);
      const end = newline < 0 ? text.length : newline;
      lines.push({ line: hit.line + n, text: cut(text, { start: at, end }), hit: false });
      at = end + 1;
    }
  }
  return lines;
}

interface Cut {
  readonly start: number;
  readonly end: number;
  readonly at?: number;
  readonly length?: number;
}

/** A line's text; of a long line the part around the match. */
function cut(text: string, { start, end, at = start, length = 0 }: Cut): string {
  if (end - start <= MAX_SHOWN) return detached(text.slice(start, end));
  const margin = Math.max(0, Math.floor((MAX_SHOWN - length) / 2));
  const from = Math.min(Math.max(start, at - margin), end - MAX_SHOWN);
  const part = text.slice(from, from + MAX_SHOWN).toWellFormed();
  return detached(
    (from > start ? "\u2026" : "") + part + (from + MAX_SHOWN < end ? "\u2026" : ""),
  );
}

/** A copy that does not keep the whole text it was cut from in memory. */
function detached(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
