import { UserError } from "../../core/errors.ts";
import { explainEdits } from "./_explain.ts";
import type { Edit, EditFinding } from "./_finding.ts";
import { fitEnds } from "./_fit_ends.ts";
import { locate, type Located, type Place, type Tier } from "./_locate.ts";
import { omissionLine } from "./_omission.ts";
import { encodeText, lineAt, rawOffsets, type TextFile, textFile } from "./_text_file.ts";

export type { Edit, Tier };

/** What an edit did, as checked on the bytes. */
export interface EditProof {
  /** How the place was found: 1 exact, 2 but for line ends, 3 look-alikes, 4 indentation. */
  readonly tier: Tier;
  /** How many places were replaced. */
  readonly count: number;
  /** First and last line of the first place before the edits, from 1. */
  readonly before: readonly [number, number];
  /** The same after them. */
  readonly after: readonly [number, number];
}

/** The edited file, with the proof that nothing else changed. */
export interface EditedFile {
  /** All bytes of the file. */
  readonly bytes: Uint8Array;
  /** One for each edit, in their order. */
  readonly proofs: readonly EditProof[];
}

/** A piece of the file to be replaced. */
interface Splice {
  readonly edit: number;
  /** Offsets in the text with `\n` ends. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Replaces texts in a file: all edits or none. Every `old` is looked for in the file as it is, by
 * four tiers from exact to "another indentation"; it must stand in one place only. Byte order mark,
 * line ends, final newline and every byte outside the places stay, which is checked and not assumed.
 *
 * @param path for messages.
 * @param bytes the file as it is.
 * @throws {UserError} `failed` with what to do next when any edit has no certain place; `refused`
 * for files that are not text.
 */
export function applyEdits(path: string, bytes: Uint8Array, edits: readonly Edit[]): EditedFile {
  const file = textFile(path, bytes);
  if (edits.length === 0) throw new UserError("usage", "no edits given");
  const wanted = edits.map(({ old, new: fresh, replaceAll = false }) => ({
    old: old.replaceAll("\r\n", "\n"),
    new: fresh.replaceAll("\r\n", "\n"),
    replaceAll,
  }));
  const findings = wanted.map((edit) => find(file, edit));
  if (findings.some(({ problem }) => problem !== undefined)) {
    throw explainEdits(file, wanted, findings);
  }
  const splices = findings.flatMap(({ located }, edit) =>
    located.places.map((place) => spliceOf(file, wanted[edit]!, place, edit))
  ).sort((a, b) => a.start - b.start || a.end - b.end);
  for (const [i, splice] of splices.entries()) {
    if (i > 0 && splice.start < splices[i - 1]!.end) throw overlap(file, splices[i - 1]!, splice);
  }
  return splice(file, bytes, splices, findings);
}

function find(file: TextFile, edit: Required<Edit>): EditFinding {
  const nowhere: Located = { tier: 1, places: [] };
  const { old, new: fresh, replaceAll } = edit;
  if (old === "") {
    return { located: nowhere, problem: "`old` is empty: give the text that stands there now" };
  }
  if (old === fresh) return { located: nowhere, problem: "`old` and `new` are the same" };
  if (!old.isWellFormed() || !fresh.isWellFormed()) {
    return { located: nowhere, problem: "half a character: give whole ones" };
  }
  const omitted = omissionLine(fresh, old);
  if (omitted !== undefined) {
    const problem = `\`new\` leaves text out (${JSON.stringify(omitted)}): write it in full`;
    return { located: nowhere, problem };
  }
  const located = locate(file, old, replaceAll);
  const problem = placeProblem(file, edit, located);
  return problem === undefined ? { located } : { located, problem };
}

function placeProblem(
  file: TextFile,
  { new: fresh, replaceAll }: Required<Edit>,
  { places }: Located,
): string | undefined {
  if (places.length === 0) return "not found";
  if (replaceAll) {
    const overlaps = places.some(({ start }, i) => i > 0 && start < places[i - 1]!.end);
    return overlaps ? "its occurrences overlap, so which to replace is not certain" : undefined;
  }
  if (places.length > 1) {
    const lines = places.map(({ start }) => lineAt(file, start) + 1);
    const shown = lines.slice(0, 20).join(", ") + (lines.length > 20 ? ", \u2026" : "");
    return `stands in ${places.length} places (lines ${shown}): add lines above or below`;
  }
  const fit = places[0]!.fit;
  if (fit && fit(fresh) === undefined) {
    return "found with another indentation, which `new` cannot be given: indent it as the file is";
  }
  return undefined;
}

function spliceOf(file: TextFile, edit: Required<Edit>, place: Place, index: number): Splice {
  let text = place.fit?.(edit.new) ?? edit.new;
  let { start } = place;
  const { end, beyond } = place;
  const atEnd = end === file.text.length;
  const hasEnd = file.text.endsWith("\n");
  if (beyond && text === "" && start > 0 && file.text[start - 1] === "\n") start--;
  // The file keeps its final newline, or keeps having none.
  if (atEnd && !hasEnd && text.endsWith("\n")) text = text.slice(0, -1);
  const head = text === "" ? file.text[start - 1] : text.at(-1);
  if (atEnd && hasEnd && head !== undefined && head !== "\n") text += "\n";
  return { edit: index, start, end, text };
}

function splice(
  file: TextFile,
  bytes: Uint8Array,
  splices: readonly Splice[],
  findings: readonly EditFinding[],
): EditedFile {
  const starts = rawOffsets(file, splices.map(({ start }) => start));
  const ends = rawOffsets(file, splices.map(({ end }) => end));
  const kept: string[] = [];
  const pieces: string[] = [];
  const proofs: EditProof[] = [];
  let [at, shift] = [0, 0];
  for (const [i, one] of splices.entries()) {
    kept.push(file.raw.slice(at, starts[i]));
    pieces.push(kept.at(-1)!, fitEnds(file, one));
    at = ends[i]!;
    const before = linesOf(file.text, one.start, one.end, lineAt(file, one.start));
    const after = linesOf(one.text, 0, one.text.length, before[0] - 1 + shift);
    shift += newlines(one.text) - newlines(file.text.slice(one.start, one.end));
    const known = proofs[one.edit];
    const { tier } = findings[one.edit]!.located;
    proofs[one.edit] = known
      ? { ...known, count: known.count + 1 }
      : { tier, count: 1, before, after };
  }
  kept.push(file.raw.slice(at));
  pieces.push(kept.at(-1)!);
  const edited = encodeText(pieces.join(""), file.bom);
  prove(file, bytes, edited, kept, starts, ends, pieces);
  return { bytes: edited, proofs };
}

/** Compares all bytes outside the places, in the file as it was and as it will be. */
function prove(
  file: TextFile,
  before: Uint8Array,
  after: Uint8Array,
  kept: readonly string[],
  starts: readonly number[],
  ends: readonly number[],
  pieces: readonly string[],
): void {
  const encoder = new TextEncoder();
  const size = (text: string) => encoder.encode(text).length;
  const mark = file.bom ? 3 : 0;
  let [a, b] = [mark, mark];
  let same = equal(before.subarray(0, mark), after.subarray(0, mark));
  for (const [i, text] of kept.entries()) {
    const length = size(text);
    same &&= equal(before.subarray(a, a + length), after.subarray(b, b + length));
    a += length;
    b += length;
    if (i === starts.length) break;
    a += size(file.raw.slice(starts[i], ends[i]));
    b += size(pieces[2 * i + 1]!);
  }
  if (!same || a !== before.length || b !== after.length) {
    throw new Error(`edit of ${file.path} would change bytes outside its places`);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** First and last line of a span, from 1; a span that ends in a newline ends on that line. */
function linesOf(text: string, start: number, end: number, first: number): [number, number] {
  const span = text.slice(start, end);
  return [first + 1, first + 1 + newlines(span.endsWith("\n") ? span.slice(0, -1) : span)];
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function overlap(file: TextFile, a: Splice, b: Splice): UserError {
  const line = lineAt(file, b.start) + 1;
  return new UserError(
    "failed",
    `edits ${a.edit + 1} and ${b.edit + 1} overlap at line ${line} of ${JSON.stringify(file.path)}`,
    { hint: "join them into one; nothing was written" },
  );
}
