import { type Difference, lineDiff } from "../../core/workspace/line_diff.ts";

/** Lines with their ends, of which only the last may have none. */
function splitKeeping(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/**
 * Writes the difference of two texts as a unified diff that `git apply`, `patch` and our own
 * `patch` apply: standard headers without timestamps, and `\ No newline at end of file` where due.
 *
 * @param a the old text.
 * @param b the new text.
 * @param labelA name in the `---` line: `a/src/x.ts`, or `/dev/null` for a new file.
 * @param labelB name in the `+++` line.
 * @param context lines of context around each change.
 * @returns the diff, ending in a newline; `""` for equal texts.
 */
export function unifiedDiff(
  a: string,
  b: string,
  labelA: string,
  labelB: string,
  context: number = 3,
): string {
  if (a === b) return "";
  const [old, fresh] = [splitKeeping(a), splitKeeping(b)];
  const out = [`--- ${quoteName(labelA)}\n`, `+++ ${quoteName(labelB)}\n`];
  for (const group of grouped(lineDiff(old, fresh), context)) {
    writeHunk(out, old, fresh, group, context);
  }
  return out.join("");
}

/** Differences whose contexts touch share a hunk. */
function grouped(differences: readonly Difference[], context: number): Difference[][] {
  const groups: Difference[][] = [];
  for (const difference of differences) {
    const last = groups.at(-1)?.at(-1);
    if (last && difference.aStart - last.aEnd <= 2 * context) groups.at(-1)!.push(difference);
    else groups.push([difference]);
  }
  return groups;
}

function writeHunk(
  out: string[],
  old: readonly string[],
  fresh: readonly string[],
  group: readonly Difference[],
  context: number,
): void {
  const [first, last] = [group[0]!, group.at(-1)!];
  const before = Math.min(context, first.aStart);
  const after = Math.min(context, old.length - last.aEnd);
  const [aStart, bStart] = [first.aStart - before, first.bStart - before];
  const aCount = last.aEnd + after - aStart;
  const bCount = last.bEnd + after - bStart;
  out.push(`@@ -${range(aStart, aCount)} +${range(bStart, bCount)} @@\n`);
  let at = aStart;
  for (const { aStart: from, aEnd, bStart: added, bEnd } of group) {
    for (; at < from; at++) out.push(line(" ", old[at]!));
    for (; at < aEnd; at++) out.push(line("-", old[at]!));
    for (let j = added; j < bEnd; j++) out.push(line("+", fresh[j]!));
  }
  for (const end = at + after; at < end; at++) out.push(line(" ", old[at]!));
}

function range(start: number, count: number): string {
  if (count === 1) return `${start + 1}`;
  return count === 0 ? `${start},0` : `${start + 1},${count}`;
}

function line(sign: string, text: string): string {
  return text.endsWith("\n") ? sign + text : `${sign}${text}\n\\ No newline at end of file\n`;
}

/** As git does: names with quotes, backslashes or controls in C quotes, a tab after blanks. */
function quoteName(name: string): string {
  // deno-lint-ignore no-control-regex -- controls are what must be quoted
  if (!/["\\\x00-\x1f\x7f]/.test(name)) return /\s/.test(name) ? `${name}\t` : name;
  const escapes: Record<string, string> = { "\n": "\\n", "\t": "\\t", "\r": "\\r" };
  // deno-lint-ignore no-control-regex -- see above
  const quoted = name.replace(/["\\]/g, "\\$&").replace(/[\x00-\x1f\x7f]/g, (char) => {
    return escapes[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
  return `"${quoted}"`;
}
