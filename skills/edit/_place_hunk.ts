import { fitsAgain } from "./_fits_again.ts";
import { hunkBounds } from "./_hunk_bounds.ts";
import { candidates, KEYS, lineIndex, type Tier } from "./_locate.ts";
import type { TextFile } from "./_text_file.ts";
import type { PatchHunk, PatchLine } from "./patch_types.ts";

/** Where a hunk goes. */
export interface HunkPlace {
  /** Its lines, without outer context lines that were ignored. */
  readonly lines: readonly PatchLine[];
  /** First of its old lines in the file, from 0. */
  readonly first: number;
  /** Number of its old lines. */
  readonly count: number;
  readonly tier: Tier;
  /** Outer context lines that were ignored. */
  readonly ignored: number;
}

/** What is known beside the text. */
export interface PlaceOptions {
  /** How far line numbers count: as a hint, to choose between equal places, or as proven. */
  readonly numbers: "hint" | "trusted" | "proven";
}

/** Context that repeats and has fewer characters than this decides nothing. */
const MIN_CHARACTERS = 10;

/**
 * Finds the one place of a hunk at or below a line.
 *
 * @returns the place, or why there is none that is certain.
 */
export function placeHunk(
  file: TextFile,
  hunk: PatchHunk,
  from: number,
  options: PlaceOptions,
): HunkPlace | string {
  const place = findPlace(file, hunk, from, options);
  if (typeof place === "string" || options.numbers === "proven") return place;
  return outOfBounds(file, hunk, place) ?? place;
}

function findPlace(
  file: TextFile,
  hunk: PatchHunk,
  from: number,
  { numbers }: PlaceOptions,
): HunkPlace | string {
  const below = anchored(file, hunk, from);
  if (typeof below === "string") return below;
  const old = oldLines(hunk.lines);
  if (old.length === 0) return placeInsertion(file, hunk, below, numbers);
  const { tier, firsts } = findAll(file, hunk, hunk.lines, below);
  const place = { lines: hunk.lines, count: old.length, tier, ignored: 0 };
  if (firsts.length === 1) return { ...place, first: firsts[0]! };
  if (firsts.length === 0) return placeLoosely(file, hunk, below);
  const stated = (hunk.start ?? 0) - 1;
  const enough = numbers === "trusted" && hunk.counted && nonBlank(old) >= MIN_CHARACTERS;
  if ((numbers === "proven" || enough) && firsts.includes(stated)) {
    return { ...place, first: stated };
  }
  return `fits in ${firsts.length} places (lines ${shownLines(firsts)}): add context lines`;
}

/** The lines that a hunk expects in the file, without a carriage return. */
export function oldLines(lines: readonly PatchLine[]): string[] {
  return lines.filter(({ sign }) => sign !== "+").map(({ text }) => text.replace(/\r$/, ""));
}

/** The line below the last anchor. */
function anchored(file: TextFile, { anchors }: PatchHunk, from: number): number | string {
  let at = from;
  for (const anchor of anchors) {
    const wanted = anchor.trim();
    const found = file.lines.findIndex((line, i) => i >= at && line.trim() === wanted);
    if (found < 0) return `no line ${JSON.stringify(anchor)} (from its @@) is there`;
    at = found + 1;
  }
  return at;
}

/** A hunk that only adds: it goes to the end, below its anchor, or where its numbers prove. */
function placeInsertion(
  file: TextFile,
  hunk: PatchHunk,
  below: number,
  numbers: PlaceOptions["numbers"],
): HunkPlace | string {
  const place = { lines: hunk.lines, count: 0, tier: 1 as const, ignored: 0 };
  if (hunk.atEnd || file.lines.length === 0) return { ...place, first: file.lines.length };
  if (numbers === "proven" && hunk.start !== undefined && hunk.start <= file.lines.length) {
    return { ...place, first: hunk.start };
  }
  const anchor = hunk.anchors.at(-1)?.trim();
  if (anchor === undefined) return "only adds lines and names no place: add context lines";
  const again = file.lines.findIndex((line, i) => i >= below && line.trim() === anchor);
  if (again >= 0) return `its @@ line stands again at line ${again + 1}: add context lines`;
  return { ...place, first: below };
}

function findAll(
  file: TextFile,
  hunk: PatchHunk,
  lines: readonly PatchLine[],
  from: number,
): { tier: Tier; firsts: number[] } {
  const old = oldLines(lines);
  const fits = (first: number) => {
    const end = first + old.length === file.lines.length;
    if (hunk.oldNoEnd && !(end && file.ends.at(-1) === "")) return false;
    return first >= from && (end || !(hunk.atEnd || hunk.newNoEnd));
  };
  for (const tier of [1, 2, 3] as const) {
    const key = KEYS[tier];
    const wanted = old.map(key);
    const index = lineIndex(file).by(tier);
    const firsts = candidates(wanted, index).filter((first) =>
      fits(first) && wanted.every((line, i) => {
        const there = file.lines[first + i];
        return there !== undefined && key(there) === line;
      })
    );
    if (firsts.length > 0) return { tier, firsts };
  }
  return { tier: 1, firsts: [] };
}

/**
 * One outer context line per end may be wrong, if what remains is long enough, stands once, and does
 * so no longer when it is applied.
 */
function placeLoosely(file: TextFile, hunk: PatchHunk, from: number): HunkPlace | string {
  const missing = "does not fit anywhere";
  const { lines } = hunk;
  const head = lines[0]?.sign === " " ? 1 : 0;
  const tail = lines.at(-1)?.sign === " " && !hunk.atEnd && !hunk.oldNoEnd ? 1 : 0;
  const cuts = [[head, 0], [0, tail], [head, tail]].filter(([a, b], i) =>
    i < 2 ? a! + b! > 0 : a! * b! > 0
  );
  const found: HunkPlace[] = [];
  for (const [a = 0, b = 0] of cuts) {
    if (a + b === 2 && found.length > 0) break;
    const rest = lines.slice(a, lines.length - b);
    const old = oldLines(rest);
    if (nonBlank(old) < MIN_CHARACTERS || fitsAgain(rest)) continue;
    const { tier, firsts } = findAll(file, hunk, rest, from);
    if (firsts.length > 1) return `${missing} in full, and without an outer line in several places`;
    if (firsts.length === 0) continue;
    found.push({ lines: rest, first: firsts[0]!, count: old.length, tier, ignored: a + b });
  }
  const [place, other] = found;
  if (!place) return missing;
  return other === undefined ? place : `${missing} in full, and without an outer line in 2 places`;
}

/** Why a place is none: the hunk's context says that the file ends there, and it does not. */
function outOfBounds(file: TextFile, hunk: PatchHunk, place: HunkPlace): string | undefined {
  const { begins, ends } = hunkBounds(hunk);
  const last = place.first + place.count;
  const early = begins && place.first > 0;
  if (!early && !(ends && last < file.lines.length)) return undefined;
  const result = hunk.lines.filter(({ sign }) => sign !== "-");
  const kept = result.map(({ text }): PatchLine => ({ sign: " ", text }));
  const applied = findAll(file, { ...hunk, newNoEnd: false }, kept, 0).firsts.length > 0;
  const edge = early
    ? `line ${place.first + 1}, but by its context the file begins`
    : `line ${last}, but by its context the file ends`;
  return `fits at ${edge} there (${applied ? "applied already?" : "add more context lines"})`;
}

function nonBlank(lines: readonly string[]): number {
  return lines.join("").replace(/\s/g, "").length;
}

function shownLines(firsts: readonly number[]): string {
  const shown = firsts.slice(0, 20).map((first) => first + 1).join(", ");
  return firsts.length > 20 ? `${shown}, \u2026` : shown;
}
