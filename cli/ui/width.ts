/** Code points that take two columns: East Asian wide and full-width, by first and last. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2fb],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

const ASCII = /^[\x20-\x7e]*$/;
// In functions: most texts are ASCII, and the tables of these classes are a part of every start.
const isEmoji = (text: string) =>
  /^\p{Emoji_Presentation}|^\p{Extended_Pictographic}\ufe0f|^\p{RI}\p{RI}/u.test(text);
const isInvisible = (text: string) => /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u2028\u2029]/u.test(text);

// Made when the first non-ASCII text comes: loading its tables takes tens of milliseconds.
let segmenter: Intl.Segmenter | undefined;

/** Splits text into what a reader sees as single characters. */
export function graphemes(text: string): string[] {
  return ASCII.test(text) ? [...text] : [...segments(text)].map(({ segment }) => segment);
}

/** Start of the character before an offset; 0 at the start. Offsets are in UTF-16 units. */
export function boundaryBefore(text: string, offset: number): number {
  if (offset <= 0) return 0;
  if (ASCII.test(text)) return offset - 1;
  return segments(text).containing(offset - 1)?.index ?? 0;
}

/** End of the character at an offset; the text's length at its end. Offsets are in UTF-16 units. */
export function boundaryAfter(text: string, offset: number): number {
  if (offset >= text.length) return text.length;
  if (ASCII.test(text)) return offset + 1;
  const character = segments(text).containing(offset);
  return character === undefined ? text.length : character.index + character.segment.length;
}

/** The offset itself when it lies between two characters, else the end of the one it cuts. */
export function boundaryAt(text: string, offset: number): number {
  if (offset <= 0 || offset >= text.length) return Math.max(0, Math.min(offset, text.length));
  return boundaryAfter(text, boundaryBefore(text, offset)) === offset
    ? offset
    : boundaryAfter(text, offset);
}

/**
 * How many columns a text takes in a terminal: 2 for each wide character or emoji, 0 for marks and
 * controls, which should have been made visible before.
 */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  return graphemes(text).reduce((sum, character) => sum + characterWidth(character), 0);
}

/** Cuts a text to a number of columns; a cut text ends in an ellipsis. */
export function cutToWidth(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let out = "";
  let width = 1;
  for (const character of graphemes(text)) {
    width += characterWidth(character);
    if (width > columns) break;
    out += character;
  }
  return `${out}\u2026`;
}

/** Pads a text with blanks on the right to a number of columns. */
export function padToWidth(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** Columns of one character as {@linkcode graphemes} gives it. */
export function characterWidth(character: string): number {
  if (character.length === 1 && character >= " " && character <= "~") return 1;
  if (isInvisible(character)) return 0;
  const code = character.codePointAt(0)!;
  if (code < 0x300 && character.length === 1) return 1;
  return isEmoji(character) || WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}
