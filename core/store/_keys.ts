/**
 * Refuses what no store can hold as a key.
 *
 * @throws {TypeError} for an empty string, a NUL or a lone surrogate: SQLite would cut or change it.
 */
export function checkKey(key: string): string {
  if (key.length > 0 && !key.includes("\0") && key.isWellFormed()) return key;
  throw new TypeError(`a key is a well-formed, non-empty string without NUL: got ${inspect(key)}`);
}

/**
 * What an `"add"` makes of a value.
 *
 * @throws {TypeError} when the value is no number, or the sum is no finite one.
 */
export function addTo(key: string, old: unknown, by: number): number {
  const sum = (old as number | undefined ?? 0) + by;
  if (typeof by === "number" && (old === undefined || typeof old === "number")) {
    if (Number.isFinite(sum)) return sum;
  }
  throw new TypeError(`only a number can be added to a number: key ${inspect(key)}`);
}

/**
 * Refuses what is no place in a stream.
 *
 * @throws {TypeError} for a fraction, NaN, or what is no number.
 */
export function checkOffset(offset: number): number {
  if (Number.isSafeInteger(offset)) return offset;
  throw new TypeError(`an offset is a whole number: got ${String(offset)}`);
}

/** Sorts after every string in SQLite: a BLOB is greater than any text. */
export const AFTER_ALL: Uint8Array = new Uint8Array([0xff]);

/**
 * The first string after all strings with this prefix, in order of code points.
 *
 * @returns undefined when nothing comes after them.
 */
export function prefixEnd(prefix: string): string | undefined {
  const end = prefix.charCodeAt(prefix.length - 1);
  // Most end in such a one, and this is many times faster.
  if (end < 0xd7ff) return prefix.slice(0, -1) + String.fromCharCode(end + 1);
  const points = Array.from(prefix, (char) => char.codePointAt(0)!);
  while (points.length > 0) {
    const last = points.pop()!;
    if (last === 0x10ffff) continue;
    // The surrogates are no characters: the one after U+D7FF is U+E000.
    return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}

/** Compares strings by code points, as SQLite does; `<` compares UTF-16 units. */
export function compareByCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue;
    return a.codePointAt(i)! - b.codePointAt(i)!;
  }
  return a.length - b.length;
}

function inspect(key: unknown): string {
  return typeof key === "string" ? JSON.stringify(key.slice(0, 80)) : typeof key;
}
