import type { QueryMatch } from "web-tree-sitter";

/** First lines of a definition, counted from 1. */
export interface LeadingLines {
  readonly start: number;
  readonly decorated: number;
  readonly documented: number;
}

interface Span {
  readonly startIndex: number;
  readonly startRow: number;
  readonly endIndex: number;
}

/**
 * Prepares the search for what stands in front of definitions. Decorators come from the tree, since
 * they may run over several lines; comments are read from the text, line by line upwards.
 *
 * @returns a function from a definition's start (UTF-16 index) to its first lines.
 */
export function leadingLines(
  text: string,
  matches: readonly QueryMatch[],
): (startIndex: number) => LeadingLines {
  const lines = text.split("\n");
  const starts = startsOf(lines);
  const rowAt = (index: number) => lastAtMost(starts, index);
  const byStart = new Map<number, Span>();
  const byEndRow = new Map<number, Span>();
  for (const { captures } of matches) {
    const node = captures.find(({ name }) => name === "decorator")?.node;
    if (node === undefined) continue;
    const { startIndex } = node;
    const endIndex = startIndex + node.text.trimEnd().length;
    const span = { startIndex, startRow: node.startPosition.row, endIndex };
    byStart.set(startIndex, span);
    const endRow = rowAt(endIndex);
    const known = byEndRow.get(endRow);
    if (known === undefined || known.startRow > span.startRow) byEndRow.set(endRow, span);
  }

  return (startIndex) => {
    const index = afterDecorators(startIndex);
    const start = rowAt(index);
    let documented = start;
    let decorated = start;
    for (let moved = true; moved;) {
      const above = decoratorStart(documented, index);
      const next = above ?? commentStart(lines, documented - 1);
      moved = next !== undefined;
      if (above !== undefined) decorated = above;
      documented = next ?? documented;
    }
    return { start: start + 1, decorated: decorated + 1, documented: documented + 1 };
  };

  /** First row of a decorator that ends on the row above, with nothing after it, or on this row. */
  function decoratorStart(row: number, index: number): number | undefined {
    const here = byEndRow.get(row);
    if (here !== undefined && here.startRow < row && here.endIndex <= index) {
      const between = text.slice(here.endIndex, index);
      return /[{};]/.test(between) ? undefined : here.startRow;
    }
    const above = byEndRow.get(row - 1);
    if (above === undefined) return undefined;
    return text.slice(above.endIndex, starts[row]).trim() === "" ? above.startRow : undefined;
  }

  /** Some grammars count decorators as the start of the definition. */
  function afterDecorators(startIndex: number): number {
    let index = startIndex;
    for (let span = byStart.get(index); span !== undefined; span = byStart.get(index)) {
      index = span.endIndex +
        /^\s*/.exec(text.slice(span.endIndex, span.endIndex + 1_000))![0].length;
    }
    return index;
  }
}

/** First row of the comment that ends on a row; undefined when the row ends none. */
function commentStart(lines: readonly string[], row: number): number | undefined {
  const line = lines[row]?.trim() ?? "";
  if (line.startsWith("//") || /^#(?![![])/.test(line)) return row;
  if (!line.endsWith("*/")) return undefined;
  for (let first = row; first >= 0; first--) {
    const opening = lines[first]!.indexOf("/*");
    if (opening >= 0) return lines[first]!.slice(0, opening).trim() === "" ? first : undefined;
  }
  return undefined;
}

/** UTF-16 index at which each line starts. */
function startsOf(lines: readonly string[]): Uint32Array {
  const starts = new Uint32Array(lines.length);
  for (let row = 1; row < lines.length; row++) {
    starts[row] = starts[row - 1]! + lines[row - 1]!.length + 1;
  }
  return starts;
}

/** Position of the last number that is not greater, in ascending numbers that begin with 0. */
function lastAtMost(ascending: Uint32Array, limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle]! <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
