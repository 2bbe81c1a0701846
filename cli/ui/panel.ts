import type { Style } from "./style.ts";
import { graphemes, padToWidth, widthOf } from "./width.ts";

/** Options of {@linkcode panel}. */
export interface PanelOptions {
  readonly style: Style;
  /** Width of the box with its border. Default: no box, a heading and the text as it is. */
  readonly columns?: number;
}

/**
 * Puts a text into a box with a title, or, for plain output, under a heading.
 *
 * @param text without controls; longer lines go on in the next row.
 * @returns lines without a final newline.
 */
export function panel(title: string, text: string, { style, columns }: PanelOptions): string {
  if (columns === undefined || columns < 10) return `${style.bold(title)}\n${text}`;
  const inner = columns - 4;
  const bar = "\u2500";
  const head = ` ${[...graphemes(title)].slice(0, inner - 2).join("")} `;
  const rows = text.split("\n").flatMap((line) => fold(line.replaceAll("\t", "    "), inner));
  const edge = style.dim("\u2502");
  return [
    style.dim(`\u256d${bar}`) + style.bold(head) +
    style.dim(`${bar.repeat(Math.max(0, columns - 3 - widthOf(head)))}\u256e`),
    ...rows.map((row) => `${edge} ${padToWidth(row, inner)} ${edge}`),
    style.dim(`\u2570${bar.repeat(columns - 2)}\u256f`),
  ].join("\n");
}

/** Parts a line into rows of at most so many columns. */
function fold(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const rows = [""];
  let used = 0;
  for (const character of graphemes(line)) {
    const width = widthOf(character);
    if (used + width > columns) {
      rows.push("");
      used = 0;
    }
    rows[rows.length - 1] += character;
    used += width;
  }
  return rows;
}
