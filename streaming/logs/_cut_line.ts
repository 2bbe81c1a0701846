/** Characters of a line that are kept. */
const MOST_CHARS = 16_384;

/** A line, of a very long one its start and how much is missing. */
export function cutLine(line: string): string {
  const over = line.length - MOST_CHARS;
  return over > 0 ? `${line.slice(0, MOST_CHARS)}… (${over} characters more)` : line;
}
