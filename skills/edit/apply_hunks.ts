import { UserError } from "../../core/errors.ts";
import { explainMissing } from "./_explain.ts";
import { omissionLine } from "./_omission.ts";
import { type HunkPlace, oldLines, placeHunk, type PlaceOptions } from "./_place_hunk.ts";
import { type HunkProof, proveHunks } from "./_prove_hunks.ts";
import { type TextFile, textFileOf } from "./_text_file.ts";
import type { PatchHunk } from "./patch_types.ts";

export type { HunkProof };

/** Options of {@linkcode applyHunks}. */
export interface ApplyHunksOptions {
  /**
   * How far line numbers count: as a hint, to choose between places that fit equally well, or as
   * proven, when the text is known to be the one the diff was made from. Default `"hint"`.
   */
  readonly numbers?: "hint" | "trusted" | "proven";
  /** Whether added lines may say that text was left out ("... rest of code ..."). Default false. */
  readonly allowOmission?: boolean;
}

/** A patched text. */
export interface PatchedText {
  /** The whole text, with its byte order mark if it had one. */
  readonly text: string;
  /** One sentence for each hunk that did not fit exactly where its header says. */
  readonly notes: readonly string[];
  /** Where each hunk went; everything outside was compared and is the same. */
  readonly proofs: readonly HunkProof[];
}

interface OutLine {
  readonly text: string;
  readonly end: string;
}

/**
 * Applies the hunks of one file to its text: all or none. The place of each is found by content,
 * below the one before; line numbers are hints. Context lines stay as the file has them; added
 * lines take the line end of the line they replace, else of the line above.
 *
 * @param path for messages.
 * @param text the text as decoded, a byte order mark included.
 * @throws {UserError} `failed` when a hunk has no place, or more than one.
 */
export function applyHunks(
  path: string,
  text: string,
  hunks: readonly PatchHunk[],
  { numbers = "hint", allowOmission = false }: ApplyHunksOptions = {},
): PatchedText {
  const file = textFileOf(path, text);
  if (!allowOmission) refuseOmissions(path, hunks);
  const places = placeAll(file, hunks, numbers);
  const out: OutLine[] = [];
  let at = 0;
  for (const [i, place] of places.entries()) {
    copyLines(file, out, at, place.first);
    at = place.first + place.count;
    writeHunk(file, out, place, hunks[i]!, numbers === "proven" || isLiteral(file, place));
  }
  copyLines(file, out, at, file.lines.length);
  const last = hunks.find((hunk) => hunk.oldNoEnd || hunk.newNoEnd);
  const noEnd = last ? last.newNoEnd : file.lines.length > 0 && file.ends.at(-1) === "";
  const joined = joinLines(out, noEnd);
  const patched = file.bom ? `\uFEFF${joined}` : joined;
  return {
    text: patched,
    notes: notesOf(places, hunks),
    proofs: proveHunks(file, places, patched),
  };
}

function refuseOmissions(path: string, hunks: readonly PatchHunk[]): void {
  for (const { lines } of hunks) {
    const added = lines.filter(({ sign }) => sign === "+").map(({ text }) => text).join("\n");
    const line = omissionLine(added, oldLines(lines).join("\n"));
    if (line === undefined) continue;
    throw new UserError(
      "failed",
      `${JSON.stringify(path)}: ${JSON.stringify(line)} leaves text out`,
      {
        hint: "write it in full; if the line is meant, a person can pass --allow-omission",
      },
    );
  }
}

function placeAll(
  file: TextFile,
  hunks: readonly PatchHunk[],
  numbers: PlaceOptions["numbers"],
): HunkPlace[] {
  const places: HunkPlace[] = [];
  for (const [i, hunk] of hunks.entries()) {
    const last = places.at(-1);
    const from = last ? last.first + last.count : 0;
    // Once a hunk was found elsewhere than it says, the numbers are those of another file.
    const moved = numbers !== "proven" && places.some((place, j) => offset(place, hunks[j]!) !== 0);
    const place = placeHunk(file, hunk, from, { numbers: moved ? "hint" : numbers });
    if (typeof place === "string") throw noPlace(file, hunks, i, place, places);
    places.push(place);
  }
  return places;
}

function noPlace(
  file: TextFile,
  hunks: readonly PatchHunk[],
  i: number,
  why: string,
  places: readonly HunkPlace[],
): UserError {
  const name = hunks.length === 1 ? "the hunk" : `hunk ${i + 1} of ${hunks.length}`;
  const old = oldLines(hunks[i]!.lines).join("\n");
  const fresh = hunks[i]!.lines.filter(({ sign }) => sign !== "-").map(({ text }) => text).join(
    "\n",
  );
  const notes = why.startsWith("does not fit") ? explainMissing(file, { old, new: fresh }) : [];
  const mended = notes.map((note) =>
    note.replace("`new`", "its result").replace("`old`", "the hunk")
  );
  const said = [
    `${name} for ${JSON.stringify(file.path)} ${why}; nothing was written`,
    ...mended,
    ...others(file, hunks, i, places),
  ];
  return new UserError("failed", said.join("\n"));
}

/** Which of the other hunks fit, so that one repair can mend all. */
function others(
  file: TextFile,
  hunks: readonly PatchHunk[],
  failed: number,
  places: readonly HunkPlace[],
): string[] {
  let from = places.reduce((end, { first, count }) => Math.max(end, first + count), 0);
  return hunks.flatMap((hunk, i) => {
    if (i === failed) return [];
    const place = places[i] ?? placeHunk(file, hunk, from, { numbers: "hint" });
    if (typeof place === "string") return [`hunk ${i + 1} ${place}`];
    from = Math.max(from, place.first + place.count);
    return [`hunk ${i + 1} fits at line ${place.first + 1}`];
  });
}

function copyLines(file: TextFile, out: OutLine[], from: number, to: number): void {
  for (let i = from; i < to; i++) out.push({ text: file.lines[i]!, end: file.ends[i]! });
}

/** Whether the hunk has carriage returns exactly where the file has them: then it means them. */
function isLiteral(file: TextFile, { lines, first, count }: HunkPlace): boolean {
  if (count === 0 && file.lines.length > 0) return false;
  const old = lines.filter(({ sign }) => sign !== "+");
  return old.every(({ text }, i) => text.endsWith("\r") === (file.ends[first + i] === "\r\n"));
}

function writeHunk(
  file: TextFile,
  out: OutLine[],
  { lines, first }: HunkPlace,
  hunk: PatchHunk,
  literal: boolean,
): void {
  const usual = file.ends.find((end) => end !== "") ?? "\n";
  let at = first;
  let replaced: string[] = [];
  for (const { sign, text } of lines) {
    if (sign === "-") replaced.push(file.ends[at++]!);
    else if (sign === " ") {
      out.push({ text: file.lines[at]!, end: file.ends[at++]! });
      replaced = [];
    } else {
      const bare = text.replace(/\r$/, "");
      const meant = literal && (hunk.counted || text !== bare);
      const own = replaced.shift() || out.at(-1)?.end || usual;
      out.push({ text: bare, end: meant ? (text === bare ? "\n" : "\r\n") : own });
    }
  }
}

function joinLines(out: readonly OutLine[], noEnd: boolean): string {
  const usual = out.find(({ end }) => end !== "")?.end ?? "\n";
  return out.map(({ text, end }, i) => {
    if (i < out.length - 1) return text + (end || usual);
    return noEnd ? text : text + (end || usual);
  }).join("");
}

function offset({ first, lines }: HunkPlace, hunk: PatchHunk): number {
  if (hunk.start === undefined) return 0;
  // An ignored first line moves the place down by one; an insertion counts from the line above.
  const cut = lines[0] === hunk.lines[0] ? 0 : 1;
  const none = oldLines(hunk.lines).length === 0 ? 0 : 1;
  return first - cut - (hunk.start - none);
}

function notesOf(places: readonly HunkPlace[], hunks: readonly PatchHunk[]): string[] {
  return places.flatMap((place, i) => {
    const said: string[] = [];
    const moved = offset(place, hunks[i]!);
    if (moved !== 0) said.push(`found ${Math.abs(moved)} lines ${moved > 0 ? "below" : "above"}`);
    if (place.ignored > 0) said.push(`${place.ignored} outer context line(s) ignored`);
    if (place.tier > 1) {
      said.push(place.tier === 2 ? "trailing blanks ignored" : "look-alikes matched");
    }
    return said.length === 0 ? [] : [`hunk ${i + 1}: ${said.join(", ")}`];
  });
}
