import { termText } from "../../core/store/terms.ts";

/** A line of a file. */
export interface ShownLine {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** Some lines around the one that has most of a query. */
export interface BestLines {
  /** The one with most of the query's words. */
  readonly best: number;
  readonly lines: readonly ShownLine[];
}

/** Longer lines are cut. Characters. */
const LONGEST = 300;

/**
 * Finds the line of a chunk that has most different words of a query, the first of several, and the
 * lines around it.
 *
 * @param text of the whole file.
 * @param place of the chunk; lines count from 1.
 * @param context lines above and below.
 */
export function bestLines(
  text: string,
  place: { readonly start: number; readonly end: number },
  query: string,
  context: number,
): BestLines {
  const lines = text.split("\n");
  const wanted = new Set(termsOf(query));
  let best = place.start;
  let most = 0;
  for (let line = place.start; line <= Math.min(place.end, lines.length); line++) {
    const found = new Set(termsOf(lines[line - 1]!).filter((term) => wanted.has(term))).size;
    if (found <= most) continue;
    most = found;
    best = line;
  }
  const first = Math.max(1, best - context);
  return {
    best,
    lines: lines.slice(first - 1, best + context).map((text, i) => ({
      line: first + i,
      text: text.trimEnd().slice(0, LONGEST),
    })),
  };
}

function termsOf(text: string): string[] {
  return termText(text).split(" ").filter((term) => term !== "");
}
