import { lineDiff } from "./line_diff.ts";

/** Lines around a change that must be as they were. */
const CONTEXT = 3;

/** A block with fewer characters that are not blank is not certain to be the one meant. */
const MIN_CHARACTERS = 10;

/** Lines that occur more often are no place to look from. */
const MAX_PLACES = 1000;

/** A part of a file and what it becomes. */
interface Block {
  /** Lines with their ends, context included. */
  readonly old: readonly string[];
  readonly fresh: readonly string[];
}

/**
 * Takes a change out of a file that was changed elsewhere since: where the lines that the change
 * gave stand unchanged, with three lines around them, in one place only, they become what they were.
 * All other bytes stay.
 *
 * @param from the file as the change left it.
 * @param to the file as it was before.
 * @param now the file as it is.
 * @returns undefined when any part of the change has no place that is certain.
 */
export function mergeBack(
  from: Uint8Array,
  to: Uint8Array,
  now: Uint8Array,
): Uint8Array | undefined {
  const texts = [from, to, now].map(decode);
  const [a, b, c] = texts.map((text) => text?.match(/[^\n]*\n|[^\n]+$/g) ?? []);
  if (texts.includes(undefined)) return undefined;
  const out: string[] = [];
  let at = 0;
  for (const { old, fresh } of blocksOf(a!, b!)) {
    if (old.join("").replace(/\s/g, "").length < MIN_CHARACTERS) return undefined;
    const place = onlyPlace(c!, old);
    if (onlyPlace(a!, old) === undefined || place === undefined || place < at) return undefined;
    for (; at < place; at++) out.push(c![at]!);
    out.push(...fresh);
    at += old.length;
  }
  return new TextEncoder().encode(out.concat(c!.slice(at)).join(""));
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What turns `a` into `b`; changes whose contexts touch are one block. */
function blocksOf(a: readonly string[], b: readonly string[]): Block[] {
  const groups: { aStart: number; aEnd: number; bStart: number; bEnd: number }[] = [];
  for (const one of lineDiff(a, b)) {
    const last = groups.at(-1);
    if (last && one.aStart - last.aEnd <= 2 * CONTEXT) {
      [last.aEnd, last.bEnd] = [one.aEnd, one.bEnd];
    } else groups.push({ ...one });
  }
  return groups.map(({ aStart, aEnd, bStart, bEnd }) => {
    const before = Math.min(CONTEXT, aStart);
    const after = Math.min(CONTEXT, a.length - aEnd);
    return {
      old: a.slice(aStart - before, aEnd + after),
      fresh: b.slice(bStart - before, bEnd + after),
    };
  });
}

/** Where lines stand together; undefined when nowhere or in several places. */
function onlyPlace(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const places = new Map<string, number[]>(wanted.map((line) => [line, []]));
  for (const [i, line] of lines.entries()) places.get(line)?.push(i);
  // The line that stands in the fewest places leaves the least to look at.
  let [rarest, offset] = [places.get(wanted[0]!)!, 0];
  for (const [i, line] of wanted.entries()) {
    const these = places.get(line)!;
    if (these.length < rarest.length) [rarest, offset] = [these, i];
  }
  if (rarest.length > MAX_PLACES) return undefined;
  const found = rarest.map((i) => i - offset)
    .filter((first) => wanted.every((line, i) => lines[first + i] === line));
  return found.length === 1 ? found[0] : undefined;
}
