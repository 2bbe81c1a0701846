/** A point of a curve: both from 0 to 1 in `y`. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const ROWS = 10;
const COLUMNS = 60;

/** A curve from 0 to 1 in plain characters, with its axis. */
export function plotLines(points: readonly Point[], label: string): string[] {
  if (points.length === 0) return [];
  const last = points.at(-1)!.x;
  const grid = Array.from({ length: ROWS + 1 }, () => Array<string>(COLUMNS + 1).fill(" "));
  for (const { x, y } of points) {
    const row = ROWS - Math.round(Math.min(1, Math.max(0, y)) * ROWS);
    grid[row]![Math.round(x / last * COLUMNS)] = "*";
  }
  const rows = grid.map((row, i) =>
    `${(1 - i / ROWS).toFixed(1)} |${row.join("").trimEnd()}`.trimEnd()
  );
  return [...rows, `    +${"-".repeat(COLUMNS)}`, `     1 to ${last} ${label}`];
}

/** The same curve as a picture. */
export function plotSvg(points: readonly Point[], title: string, label: string): string {
  const [width, height, left, top] = [640, 320, 48, 36];
  const last = points.at(-1)?.x ?? 1;
  const at = ({ x, y }: Point) =>
    `${(left + x / last * (width - left - 16)).toFixed(1)},` +
    `${(top + (1 - y) * (height - top - 40)).toFixed(1)}`;
  const line = (y: number) =>
    `<path d="M${at({ x: 0, y })} L${at({ x: last, y })}" stroke="#ddd"/>` +
    `<text x="8" y="${(top + (1 - y) * (height - top - 40) + 4).toFixed(1)}">${y}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/><text x="${left}" y="20">${title}</text>`,
    ...[0, 0.25, 0.5, 0.75, 1].map(line),
    `<polyline fill="none" stroke="#06c" stroke-width="2" points="${points.map(at).join(" ")}"/>`,
    `<text x="${left}" y="${height - 10}">1 to ${last} ${label}</text>`,
    "</svg>",
    "",
  ].join("\n");
}
