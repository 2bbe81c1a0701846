import type { PatchHunk, PatchLine } from "./patch_types.ts";

/** The body of a hunk, and the index of the line after it. */
interface Body {
  readonly lines: readonly PatchLine[];
  readonly oldNoEnd: boolean;
  readonly newNoEnd: boolean;
  readonly next: number;
}

/**
 * Reads a hunk that begins with its `@@` line: as many lines as the header counts, since a removed
 * `-- x` looks like a file's header. When the counts do not fit, as those of models often do, as
 * many lines as begin with a sign.
 */
export function readHunk(lines: readonly string[], at: number): { hunk: PatchHunk; next: number } {
  const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[at]!);
  const [, start, oldCount = "1", , newCount = "1"] = header ?? [];
  const counted = header ? byCounts(lines, at + 1, Number(oldCount), Number(newCount)) : undefined;
  const { next, ...body } = counted ?? bySigns(lines, at + 1);
  const anchor = header ? "" : lines[at]!.replace(/^@@\s?|\s*@@\s*$/g, "").replace(/^-.*$/, "");
  const hunk = {
    ...body,
    counted: counted !== undefined,
    anchors: /^[.\s\u2026]*$/.test(anchor) ? [] : [anchor],
    atEnd: false,
    ...(start !== undefined && { start: Number(start) }),
  };
  return { hunk, next };
}

/** @returns undefined when the lines do not fit the counts. */
function byCounts(
  lines: readonly string[],
  from: number,
  oldCount: number,
  newCount: number,
): Body | undefined {
  const body = new BodyReader();
  let i = from;
  for (let [old, fresh] = [oldCount, newCount]; old > 0 || fresh > 0; i++) {
    const sign = signOf(lines[i]);
    if (sign === undefined) return undefined;
    body.add(sign, lines[i]!);
    if (sign === " " || sign === "-") old--;
    if (sign === " " || sign === "+") fresh--;
    if (old < 0 || fresh < 0) return undefined;
  }
  if (lines[i]?.startsWith("\\")) body.add("\\", lines[i++]!);
  const after = lines[i] ?? "";
  // Below the last hunk of a mail stands a signature.
  const ends = !/^[-+ ]/.test(after) || /^--\s*$/.test(after) || isHeader(lines, i);
  return ends ? body.end(i) : undefined;
}

function bySigns(lines: readonly string[], from: number): Body {
  const body = new BodyReader();
  let [i, last] = [from, from];
  for (; i < lines.length; i++) {
    const sign = signOf(lines[i]);
    if (sign === undefined || isHeader(lines, i) || /^-- ?$/.test(lines[i]!)) break;
    body.add(sign, lines[i]!);
    if (lines[i] !== "") last = i + 1;
  }
  // Empty lines at the end are the text's, not the hunk's.
  body.drop(i - last);
  return body.end(last);
}

function signOf(line: string | undefined): " " | "-" | "+" | "\\" | undefined {
  if (line === "" || line === "\r") return " ";
  const sign = line?.[0];
  return sign === " " || sign === "-" || sign === "+" || sign === "\\" ? sign : undefined;
}

function isHeader(lines: readonly string[], i: number): boolean {
  return lines[i]!.startsWith("--- ") && (lines[i + 1]?.startsWith("+++ ") ?? false) &&
    (lines[i + 2]?.startsWith("@@") ?? false);
}

class BodyReader {
  readonly #lines: PatchLine[] = [];
  #oldNoEnd = false;
  #newNoEnd = false;

  add(sign: " " | "-" | "+" | "\\", line: string): void {
    if (sign !== "\\") {
      this.#lines.push({ sign, text: line.slice(1) });
      return;
    }
    const last = this.#lines.at(-1)?.sign;
    if (last !== "+") this.#oldNoEnd = true;
    if (last !== "-") this.#newNoEnd = true;
  }

  drop(count: number): void {
    this.#lines.length -= count;
  }

  end(next: number): Body {
    const [oldNoEnd, newNoEnd] = [this.#oldNoEnd, this.#newNoEnd];
    return { lines: this.#lines, oldNoEnd, newNoEnd, next };
  }
}
