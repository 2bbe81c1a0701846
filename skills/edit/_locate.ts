import { splitLines, type TextFile } from "./_text_file.ts";

/** How much a match may differ: exact, line ends, look-alike characters, indentation. */
export type Tier = 1 | 2 | 3 | 4;

/** A place in `text` where `old` stands. */
export interface Place {
  readonly start: number;
  readonly end: number;
  /** The match counts a newline that the file's last line does not have. */
  readonly beyond: boolean;
  /** What to write instead of the new text as given; undefined when it does not fit. */
  readonly fit?: (text: string) => string | undefined;
}

/** Where `old` was found: all places of the first tier that has any. */
export interface Located {
  readonly tier: Tier;
  readonly places: readonly Place[];
}

/**
 * Finds a text in a file by the four tiers, in order, stopping at the first that finds any place:
 * more than one place there is for the caller to refuse.
 *
 * @param exactOnly whether only the first tier counts.
 */
export function locate(file: TextFile, old: string, exactOnly: boolean = false): Located {
  const exact = literal(file, old);
  if (exact.length > 0 || exactOnly || old.trim() === "") return { tier: 1, places: exact };
  const index = lineIndex(file);
  for (const tier of index.plain && isAscii(old) ? [2] as const : [2, 3] as const) {
    const places = wholeLines(file, old, index.by(tier), KEYS[tier]);
    if (places.length > 0) return { tier, places };
  }
  return { tier: 4, places: indented(file, old, index.by(4)) };
}

/** What counts as the same line in a tier; in the fourth, its indentation is compared apart. */
export const KEYS: Readonly<Record<Tier, (line: string) => string>> = {
  1: (line) => line,
  2: trimBlanks,
  3: (line) => trimBlanks(plainCharacters(line)),
  4: (line) => trimBlanks(line).slice(indentOf(line).length),
};

function isAscii(text: string): boolean {
  // deno-lint-ignore no-control-regex -- the ASCII range
  return /^[\x00-\x7f]*$/.test(text);
}

function trimBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === " " || line[end - 1] === "\t")) end--;
  return line.slice(0, end);
}

/** Look-alikes as ASCII: quotes, dashes and spaces of Unicode; composed characters. */
function plainCharacters(line: string): string {
  if (/^[\x20-\x7e\t]*$/.test(line)) return line;
  return line.normalize("NFC")
    .replace(/[\u2018\u2019\u201A\u201B\u2032]/g, "'")
    .replace(/[\u201C\u201D\u201E\u201F\u2033]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/g, " ");
}

/** All occurrences, overlapping ones too. */
function literal(file: TextFile, old: string): Place[] {
  const { text } = file;
  const lacksEnd = old.endsWith("\n") && text !== "" && !text.endsWith("\n");
  const searched = lacksEnd ? `${text}\n` : text;
  const places: Place[] = [];
  for (let at = searched.indexOf(old); at >= 0; at = searched.indexOf(old, at + 1)) {
    const end = at + old.length;
    places.push({ start: at, end: Math.min(end, text.length), beyond: end > text.length });
  }
  return places;
}

/** The lines, from 0, on which each text stands. */
type Lines = ReadonlyMap<string, readonly number[]>;

/** For each tier, the lines of a file by what counts as the same; made on first use. */
export interface LineIndex {
  /** Whether the file is ASCII, so that no character in it looks like another. */
  readonly plain: boolean;
  by(tier: Tier): Lines;
}

const INDEXES = new WeakMap<TextFile, LineIndex>();

/** The index of a file's lines, which is kept as long as the file. */
export function lineIndex(file: TextFile): LineIndex {
  const known = INDEXES.get(file);
  if (known) return known;
  const made = new Map<Tier, Lines>();
  const index: LineIndex = {
    plain: isAscii(file.text),
    by(tier) {
      const lines = made.get(tier) ?? group(file.lines, KEYS[tier]);
      made.set(tier, lines);
      return lines;
    },
  };
  INDEXES.set(file, index);
  return index;
}

/** As Map.groupBy, which is several times slower on as many groups. */
function group(lines: readonly string[], key: (line: string) => string): Lines {
  const groups = new Map<string, number[]>();
  for (let i = 0; i < lines.length; i++) {
    const name = key(lines[i]!);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [i]);
    else known.push(i);
  }
  return groups;
}

function wholeLines(
  file: TextFile,
  old: string,
  index: Lines,
  key: (line: string) => string,
): Place[] {
  const wanted = splitLines(old).map(key);
  return candidates(wanted, index)
    .filter((first) => wanted.every((line, i) => lineIs(file, first + i, line, key)))
    .map((first) => placeOf(file, first, wanted.length, old.endsWith("\n")));
}

function lineIs(file: TextFile, i: number, wanted: string, key: (line: string) => string): boolean {
  const line = file.lines[i];
  return line !== undefined && key(line) === wanted;
}

/** First lines of all windows in which the first line that is not blank would be in place. */
export function candidates(wanted: readonly string[], index: Lines): number[] {
  const anchor = Math.max(0, wanted.findIndex((line) => line !== ""));
  return (index.get(wanted[anchor] ?? "") ?? [])
    .map((line) => line - anchor)
    .filter((first) => first >= 0);
}

function placeOf(file: TextFile, first: number, count: number, withEnd: boolean): Place {
  const last = first + count - 1;
  const end = file.starts[last]! + file.lines[last]!.length;
  const beyond = withEnd && file.ends[last] === "";
  return { start: file.starts[first]!, end: withEnd && !beyond ? end + 1 : end, beyond };
}

function indented(file: TextFile, old: string, index: Lines): Place[] {
  const wanted = splitLines(old);
  const places: Place[] = [];
  for (const first of candidates(wanted.map(KEYS[4]), index)) {
    const found = file.lines.slice(first, first + wanted.length);
    const same = found.length === wanted.length &&
      wanted.every((line, i) => KEYS[4](line) === KEYS[4](found[i]!));
    const shift = same ? shiftOf(wanted, found) : undefined;
    if (!shift) continue;
    const fit = (text: string) => shiftLines(text, shift);
    places.push({ ...placeOf(file, first, wanted.length, old.endsWith("\n")), fit });
  }
  return places;
}

/** Turns an indentation as given into the file's; undefined when that is not sure. */
type Shift = (indent: string) => string | undefined;

/** The one rule that turns the indentation of all given lines into that of the file's lines. */
function shiftOf(given: readonly string[], found: readonly string[]): Shift | undefined {
  const pairs = given.map((line, i) =>
    [indentOf(line), indentOf(found[i]!), KEYS[4](line)] as const
  )
    .filter(([, , text]) => text !== "");
  return shifts(pairs).find((shift) => pairs.every(([from, to]) => shift(from) === to));
}

function* proposedShifts(from: string, to: string): Generator<Shift> {
  if (to.endsWith(from)) {
    const more = to.slice(0, to.length - from.length);
    yield (indent) => more + indent;
  }
  if (from.endsWith(to)) {
    const less = from.slice(0, from.length - to.length);
    yield (indent) => indent.startsWith(less) ? indent.slice(less.length) : undefined;
  }
}

function shifts(pairs: readonly (readonly [string, string, string])[]): Shift[] {
  const [from, to] = pairs[0] ?? ["", ""];
  const found = [...proposedShifts(from, to)];
  // A width is certain only from a line that is indented.
  const [deepFrom = "", deepTo = ""] = pairs.find(([given]) => given !== "") ?? [];
  if (/^ +$/.test(deepFrom) && /^\t+$/.test(deepTo)) {
    const width = deepFrom.length / deepTo.length;
    if (Number.isInteger(width) && width > 1) found.push((indent) => toTabs(indent, width));
  }
  if (/^\t+$/.test(deepFrom) && /^ +$/.test(deepTo)) {
    const width = deepTo.length / deepFrom.length;
    if (Number.isInteger(width) && width > 1) found.push((indent) => toSpaces(indent, width));
  }
  return found;
}

function toTabs(indent: string, width: number): string | undefined {
  return /^ *$/.test(indent) && indent.length % width === 0
    ? "\t".repeat(indent.length / width)
    : undefined;
}

function toSpaces(indent: string, width: number): string | undefined {
  return /^\t*$/.test(indent) ? " ".repeat(indent.length * width) : undefined;
}

function shiftLines(text: string, shift: Shift): string | undefined {
  const lines = text.split("\n").map((line) => {
    if (KEYS[4](line) === "") return line;
    const indent = indentOf(line);
    const shifted = shift(indent);
    return shifted === undefined ? undefined : shifted + line.slice(indent.length);
  });
  return lines.includes(undefined) ? undefined : lines.join("\n");
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}
