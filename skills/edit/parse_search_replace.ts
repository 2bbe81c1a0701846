import { UserError } from "../../core/errors.ts";
import type { Edit } from "./_finding.ts";

/** What a text says to do to one file. */
export interface FileEdits {
  /** As the text has it. */
  readonly path: string;
  /** For `applyEdits`, in their order; empty for a new file. */
  readonly edits: readonly Edit[];
  /** All of a new file's text; undefined for edits of one that exists. */
  readonly content?: string;
}

const OPEN = /^<{5,9} ?SEARCH>?$/;
const DIVIDER = /^={5,9}$/;
const CLOSE = /^>{5,9} ?REPLACE$/;
const FENCE = /^\s*(?:`{3,}|~{3,})\s*(\S*)/;

/** Lines above a block in which its file may be named. */
const NAME_LINES = 3;

/**
 * Finds SEARCH/REPLACE blocks in the prose of a model that cannot call tools, and makes edits of
 * them:
 *
 * ```text
 * src/a.ts
 * <<<<<<< SEARCH
 * let x = 1;
 * =======
 * const x = 1;
 * >>>>>>> REPLACE
 * ```
 *
 * The file's name stands on a line above the block, before or inside a code fence, plain or marked
 * up; a block without one belongs to the file of the block above. A block with nothing to search
 * makes a new file. Nothing is guessed: what can be read two ways is refused.
 *
 * @param text an answer; prose around the blocks is passed over.
 * @returns files in the order in which they first occur; none for a text without blocks.
 * @throws {UserError} `failed` with the line, for a block that is not ended, has no file, or holds
 * several dividers.
 *
 * @example
 * ```ts
 * import { applyEdits, parseSearchReplace } from "@dspy/code/skills/edit";
 * import assert from "node:assert/strict";
 *
 * const answer = "In `a.txt`:\n<<<<<<< SEARCH\ntwo\n=======\n2\n>>>>>>> REPLACE\n";
 * const [file] = parseSearchReplace(answer);
 * assert.equal(file?.path, "a.txt");
 * const { bytes } = applyEdits("a.txt", new TextEncoder().encode("one\ntwo\n"), file!.edits);
 * assert.equal(new TextDecoder().decode(bytes), "one\n2\n");
 * ```
 */
export function parseSearchReplace(text: string): FileEdits[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const files = new Map<string, { edits: Edit[]; content?: string }>();
  let path: string | undefined;
  let after = 0;
  for (let i = 0; i < lines.length; i++) {
    if (!OPEN.test(lines[i]!.trim())) continue;
    const { old, fresh, end } = readBlock(lines, i);
    path = nameAbove(lines, i, after) ?? path;
    if (path === undefined) throw broken(i, "no file is named above the block");
    add(files, path, old, fresh, i);
    i = end;
    after = end + 1;
  }
  return [...files].map(([path, file]) => ({ path, ...file }));
}

function add(
  files: Map<string, { edits: Edit[]; content?: string }>,
  path: string,
  old: string,
  fresh: string,
  at: number,
): void {
  const file = files.get(path) ?? { edits: [] };
  const makes = old.trim() === "";
  if (file.content !== undefined || (makes && file.edits.length > 0)) {
    throw broken(at, `${JSON.stringify(path)} cannot be both made and edited`);
  }
  files.set(
    path,
    makes ? { edits: [], content: fresh } : {
      edits: [...file.edits, { old, new: fresh }],
    },
  );
}

/** The lines between the marks, and the line of the last one. */
function readBlock(
  lines: readonly string[],
  open: number,
): { old: string; fresh: string; end: number } {
  const dividers: number[] = [];
  for (let i = open + 1; i < lines.length; i++) {
    const line = lines[i]!.trim();
    if (OPEN.test(line)) break;
    if (DIVIDER.test(line)) dividers.push(i);
    if (!CLOSE.test(line)) continue;
    const [divider] = dividers;
    if (divider === undefined) throw broken(open, "a block without =======");
    // Which of them divides would be a guess.
    if (dividers.length > 1) throw broken(dividers[1]!, "a second ======= in the block");
    return {
      old: joined(lines.slice(open + 1, divider)),
      fresh: joined(lines.slice(divider + 1, i)),
      end: i,
    };
  }
  throw broken(open, "a block that is not ended by >>>>>>> REPLACE");
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** The name of a file on one of the lines above a block, below the block before. */
function nameAbove(lines: readonly string[], open: number, after: number): string | undefined {
  let looked = 0;
  for (let i = open - 1; i >= after && looked < NAME_LINES; i--) {
    const line = lines[i]!;
    if (line.trim() === "") continue;
    looked++;
    const fence = FENCE.exec(line);
    if (fence === null) return nameIn(line);
    // "```ts src/a.ts" and "```src/a.ts" name it on the fence.
    const named = nameIn(line.replace(/^\s*(?:`{3,}|~{3,})\s*/, "").replace(/^\w+[ :](?=\S)/, ""));
    if (named !== undefined && /[/.]/.test(named)) return named;
  }
  return undefined;
}

/** A line that is a file's name, or prose that marks one up. */
function nameIn(line: string): string | undefined {
  const marked = [...line.matchAll(/`([^`\s]+)`|\*\*([^*\s]+)\*\*/g)]
    .map(([, code, bold]) => code ?? bold!);
  if (marked.length > 0) return marked.length === 1 ? bare(marked[0]!) : undefined;
  const name = bare(
    line.replace(/^\s*(?:#+|[-*>]|\/\/)\s*/, "").replace(/^file(?:name)?:\s*/i, ""),
  );
  return /^\S+$/.test(name) && /[/.]\w/.test(name) ? name : undefined;
}

function bare(text: string): string {
  return text.trim().replace(/^["'(]|["'):,]+$/g, "").replace(/^\.\//, "");
}

function broken(line: number, why: string): UserError {
  return new UserError("failed", `line ${line + 1}: ${why}`, {
    hint: "<<<<<<< SEARCH, the lines as they stand, =======, the new lines, >>>>>>> REPLACE",
  });
}
