import { UserError } from "../../core/errors.ts";
import type { Edit, EditFinding } from "./_finding.ts";
import { similarBlock } from "./_similar.ts";
import { lineAt, splitLines, type TextFile } from "./_text_file.ts";

/** Lines of a similar block that are shown at most. */
const MAX_SHOWN = 12;

/**
 * The error for edits of which at least one has no certain place, with all that is needed to mend
 * it in one go: what is there instead, where else it stands, which of the edits would fit.
 */
export function explainEdits(
  file: TextFile,
  edits: readonly Edit[],
  findings: readonly EditFinding[],
): UserError {
  const parts = findings.map(({ problem, located }, i) => {
    if (problem === undefined) {
      const line = lineAt(file, located.places[0]!.start) + 1;
      return `edit ${i + 1} fits at line ${line}`;
    }
    const name = edits.length === 1 ? "" : `edit ${i + 1}: `;
    const more = problem === "not found" ? explainMissing(file, edits[i]!) : [];
    return [`${name}\`old\` ${problem}`.replace("`old` `old`", "`old`"), ...more].join("\n");
  });
  return new UserError(
    "failed",
    `cannot edit ${JSON.stringify(file.path)}: nothing was written\n${parts.join("\n")}`,
  );
}

/** What a text that was not found may have been: near misses with line numbers. */
export function explainMissing(file: TextFile, { old, new: fresh }: Edit): string[] {
  const notes: string[] = [];
  const wanted = splitLines(old);
  if (fresh.trim().length >= 4 && file.text.includes(fresh.replaceAll("\r\n", "\n"))) {
    const line = lineAt(file, file.text.indexOf(fresh.replaceAll("\r\n", "\n"))) + 1;
    notes.push(`\`new\` already stands at line ${line}: applied already?`);
  }
  const block = similarBlock(file.lines, wanted);
  if (!block) return notes;
  const { first, count, score } = block;
  const found = file.lines.slice(first, first + count);
  const blanksOnly = found.length === wanted.length &&
    found.every((line, i) => squeeze(line) === squeeze(wanted[i]!));
  const show = blanksOnly ? visibleBlanks : (line: string) => line;
  const what = blanksOnly ? "only blanks differ" : `${Math.floor(score * 100)} % alike`;
  notes.push(`most similar, lines ${first + 1}-${first + count} (${what}):`);
  notes.push(...found.slice(0, MAX_SHOWN).map((line, i) => `${first + i + 1}: ${cut(show(line))}`));
  if (blanksOnly) {
    notes.push("`old` as given:", ...wanted.slice(0, MAX_SHOWN).map((line) => cut(show(line))));
  }
  return notes;
}

function squeeze(line: string): string {
  return line.replace(/\s+/g, "");
}

function visibleBlanks(line: string): string {
  return line.replaceAll(" ", "\u00B7").replaceAll("\t", "\u2192").replaceAll("\u00A0", "\u237D");
}

function cut(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}\u2026` : line;
}
