import { paintDiff } from "./paint_diff.ts";
import type { Style } from "./style.ts";

/**
 * Colours what a tool has answered, by what it looks like: diffs, and lines that begin with
 * `path:line:`.
 *
 * @param text without controls.
 */
export function paintResult(text: string, style: Style): string {
  if (/^@@ -\d+(,\d+)? \+\d+(,\d+)? @@/m.test(text)) return paintDiff(text, style);
  return text.replace(
    /^([^\s:][^:\n]*):(\d+):/gm,
    (_, path, line) => `${style.magenta(path)}:${style.green(line)}:`,
  );
}
