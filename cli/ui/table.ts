import { padToWidth, widthOf } from "./width.ts";

/**
 * Lays rows out in aligned columns, by the width that characters have in a terminal.
 *
 * @param rows cells without line breaks; rows may have different lengths.
 * @returns a line for each row, without blanks at its end.
 */
export function table(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from(
    { length: count },
    (_, i) => Math.max(...rows.map((row) => widthOf(row[i] ?? ""))),
  );
  return rows.map((row) => row.map((cell, i) => padToWidth(cell, widths[i]!)).join("  ").trimEnd());
}
