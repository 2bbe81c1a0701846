import type { Style } from "./style.ts";

/**
 * Colours a unified diff line by line, by hunk counts: a removed `-- x` is no file header.
 *
 * @param text may hold other lines around the diff.
 */
export function paintDiff(text: string, style: Style): string {
  let removed = 0;
  let added = 0;
  return text.split("\n").map((line) => {
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      removed = Number(hunk[1] ?? 1);
      added = Number(hunk[2] ?? 1);
      return style.cyan(line);
    }
    if (removed <= 0 && added <= 0) return /^(---|\+\+\+) /.test(line) ? style.bold(line) : line;
    if (line.startsWith("-")) {
      removed--;
      return style.red(line);
    }
    if (line.startsWith("+")) {
      added--;
      return style.green(line);
    }
    if (line.startsWith("\\")) return style.dim(line);
    removed--;
    added--;
    return line;
  }).join("\n");
}
