import { lineDiff } from "../../core/workspace/line_diff.ts";
import { lineAt, type TextFile } from "./_text_file.ts";

/** Replaces a span of a file's text; offsets are those with `\n` ends. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Gives new text the file's line ends: a line that stays or is changed keeps its own, an added line
 * takes the one of the line above.
 */
export function fitEnds(file: TextFile, { start, end, text }: Replacement): string {
  if (!text.includes("\n")) return text;
  const first = lineAt(file, start);
  const above = file.ends[first - 1] || file.ends.find((kind) => kind !== "") || "\n";
  if (file.uniform) return above === "\n" ? text : text.replaceAll("\n", above);
  const old = file.text.slice(start, end).split("\n");
  const fresh = text.split("\n");
  const partner = partners(old, fresh);
  let last = above;
  return fresh.map((line, i) => {
    if (i === fresh.length - 1) return line;
    const own = partner[i] === undefined ? "" : file.ends[first + partner[i]];
    last = own || last;
    return line + last;
  }).join("");
}

/** For each new line the old line it is, or takes the place of. */
function partners(old: readonly string[], fresh: readonly string[]): (number | undefined)[] {
  const found: (number | undefined)[] = [];
  let [i, j] = [0, 0];
  const pairUntil = (aEnd: number, bEnd: number) => {
    while (i < aEnd && j < bEnd) found[j++] = i++;
    [i, j] = [aEnd, bEnd];
  };
  for (const { aStart, aEnd, bStart, bEnd } of lineDiff(old, fresh)) {
    pairUntil(aStart, bStart);
    pairUntil(aEnd, bEnd);
  }
  pairUntil(old.length, fresh.length);
  return found;
}
