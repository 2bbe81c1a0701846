import type { ToolContext } from "../../core/tool.ts";
import type { FileChange } from "../../core/workspace/commit.ts";
import { rememberSeen } from "./remember_seen.ts";
import { unifiedDiff } from "./unified_diff.ts";

/** Lines of a diff that a result shows; the rest is in its data. */
const MAX_SHOWN = 60;

/** Writes changes, all or none, and notes that who asked for them knows the files as they are now. */
export async function commitSeen(
  ctx: ToolContext,
  label: string,
  changes: readonly FileChange[],
): Promise<string> {
  const id = await ctx.files.commit(label, changes);
  for (const { from, to } of changes) {
    if (to !== null) await rememberSeen(ctx, from.path, to, "written");
  }
  return id;
}

/** The unified diff of changes that are not written yet. */
export function diffOfChanges(changes: readonly FileChange[]): string {
  return changes.map(({ from, to }) => {
    const [before, after] = [textOf(from.bytes), to === null ? "" : textOf(to)];
    const a = from.hash === null ? "/dev/null" : `a/${from.path}`;
    const b = to === null ? "/dev/null" : `b/${from.path}`;
    return before === undefined || after === undefined
      ? `Binary files ${a} and ${b} differ\n`
      : unifiedDiff(before, after, a, b);
  }).join("");
}

/** The lines of a diff for a result's text, of a long one the first. */
export function shortDiff(diff: string): string[] {
  const lines = diff.trimEnd().split("\n");
  if (lines.length <= MAX_SHOWN) return lines;
  return [...lines.slice(0, MAX_SHOWN), `\u2026 ${lines.length - MAX_SHOWN} more lines of diff`];
}

/** Characters of a diff that a result's data holds. */
const MAX_KEPT = 128 * 1024;

/** A diff for a result's data, which goes through pipes: of a long one the first lines. */
export function keptDiff(changes: readonly FileChange[]): string {
  const diff = diffOfChanges(changes);
  if (diff.length <= MAX_KEPT) return diff;
  const kept = diff.slice(0, diff.lastIndexOf("\n", MAX_KEPT) + 1);
  return `${kept}\u2026 ${diff.length - kept.length} more characters of diff\n`;
}

/** Text of bytes; undefined for binary ones. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
