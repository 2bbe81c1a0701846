import type { FileChange } from "../workspace/commit.ts";
import { lineDiff } from "../workspace/line_diff.ts";
import { codePattern } from "./_code_pattern.ts";
import type { Ruling } from "./decide_command.ts";
import { PREFERENCES_FILE } from "./policy.ts";
import type { Preferences } from "./preferences.ts";

/** Longer lines are cut before they are looked at: data, and slow. Characters. */
const LONGEST = 10_000;

/** What a change does to the lines of one file. */
interface Lines {
  readonly path: string;
  readonly added: readonly { readonly line: number; readonly text: string }[];
  readonly removed: number;
}

/**
 * Why the preferences forbid a change of files, if they do: a line that it adds has a forbidden
 * pattern, or it adds and removes more lines than one change may.
 *
 * @param changes all that is written at once.
 */
export function deniedChange(
  changes: readonly FileChange[],
  { forbidden_code_patterns: patterns, max_blast_radius: most }: Preferences,
): Ruling | undefined {
  if (patterns.length === 0 && most === undefined) return undefined;
  const files = changes.map(linesOf);
  const radius = files.reduce((sum, { added, removed }) => sum + added.length + removed, 0);
  if (most !== undefined && radius > most) {
    const reason = `it changes ${radius} lines, and ${PREFERENCES_FILE} lets one change have at ` +
      `most ${most}`;
    return { verdict: "deny", rule: "preferences.max_blast_radius", reason };
  }
  for (const pattern of patterns) {
    const regex = codePattern(pattern);
    for (const { path, added } of files) {
      const found = added.find(({ text }) => regex?.test(text.slice(0, LONGEST)));
      if (found === undefined) continue;
      const reason = `${path}:${found.line} adds ${JSON.stringify(pattern)}, which ` +
        `${PREFERENCES_FILE} forbids`;
      return { verdict: "deny", rule: "preferences.forbidden_code_patterns", reason };
    }
  }
  return undefined;
}

function linesOf({ from, to }: FileChange): Lines {
  const decoder = new TextDecoder();
  const before = decoder.decode(from.bytes).split("\n");
  const after = decoder.decode(to ?? new Uint8Array()).split("\n");
  const differences = lineDiff(before, after);
  return {
    path: from.path,
    added: differences.flatMap(({ bStart, bEnd }) =>
      after.slice(bStart, bEnd).map((text, i) => ({ line: bStart + i + 1, text }))
    ),
    removed: differences.reduce((sum, { aStart, aEnd }) => sum + aEnd - aStart, 0),
  };
}
