/** A span of lines, 1-based, both ends included. */
export interface LineSpan {
  /** First line. */
  readonly start: number;
  /** Last line. */
  readonly end: number;
}

/**
 * The lines of `after` within which it differs from `before`: from the first to the last.
 *
 * @returns undefined when the bytes are equal; for lines that were only removed, the place.
 */
export function changedLines(before: Uint8Array, after: Uint8Array): LineSpan | undefined {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  if (head === before.length && head === after.length) return undefined;
  let tail = 0;
  while (
    tail < shorter - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) tail++;
  const start = 1 + newlines(after, 0, head);
  const end = start + newlines(after, head, Math.max(head, after.length - tail - 1));
  return { start, end };
}

function newlines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if (bytes[i] === 10) count++;
  return count;
}
