/** A block of a file that resembles a wanted one. */
export interface SimilarBlock {
  /** First line, from 0. */
  readonly first: number;
  readonly count: number;
  /** From 0 to 1; 1 means equal but for blanks. */
  readonly score: number;
}

/** Windows that are compared in full: the most promising ones by equal lines. */
const FULL_COMPARISONS = 24;

/**
 * Finds the block of as many lines that is most like the wanted one, by the pairs of characters
 * they share (Dice), blanks at the ends of lines not counted.
 *
 * @returns undefined when none reaches 0.6.
 */
export function similarBlock(
  lines: readonly string[],
  wanted: readonly string[],
): SimilarBlock | undefined {
  const count = Math.min(wanted.length, lines.length);
  if (count === 0 || wanted.every((line) => line.trim() === "")) return undefined;
  const likeness = likenessTo(wanted.map((line) => line.trim()).join("\n"));
  let best: SimilarBlock | undefined;
  for (const first of promising(lines, wanted, count)) {
    const text = lines.slice(first, first + count).map((line) => line.trim()).join("\n");
    const score = likeness(text);
    if (score >= 0.6 && score > (best?.score ?? 0)) best = { first, count, score };
  }
  return best;
}

/** First lines of the windows with most equal lines, and with one like the longest. */
function promising(lines: readonly string[], wanted: readonly string[], count: number): number[] {
  const keys = wanted.map((line) => line.trim());
  const places = Map.groupBy(keys.keys(), (i) => keys[i]!);
  places.delete("");
  const anchor = keys.reduce((best, key, i) => key.length > keys[best]!.length ? i : best, 0);
  const likeness = likenessTo(keys[anchor]!);
  const longest = 4 * keys[anchor]!.length + 8;
  const scores = new Float64Array(lines.length);
  const vote = (first: number, weight: number) => {
    if (first >= 0 && first + count <= lines.length) scores[first]! += weight;
  };
  for (const [i, line] of lines.entries()) {
    const key = line.trim();
    for (const j of places.get(key) ?? []) vote(i - j, 1);
    const score = key.length > longest ? 0 : likeness(key);
    if (score > 0.5) vote(i - anchor, score);
  }
  return [...scores.keys()].filter((i) => scores[i]! > 0)
    .sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, FULL_COMPARISONS);
}

/**
 * How much texts resemble this one, from 0 to 1: the pairs of neighbouring characters they share,
 * counted in one table, since a failed edit compares every line of a file.
 */
function likenessTo(wanted: string): (text: string) => number {
  const counts = new Int32Array(1 << 16);
  const slot = (text: string, i: number) =>
    (text.charCodeAt(i - 1) * 251 + text.charCodeAt(i)) & 0xffff;
  for (let i = 1; i < wanted.length; i++) counts[slot(wanted, i)]!++;
  return (text) => {
    let shared = 0;
    for (let i = 1; i < text.length; i++) if (counts[slot(text, i)]!-- > 0) shared++;
    for (let i = 1; i < text.length; i++) counts[slot(text, i)]!++;
    const total = Math.max(0, wanted.length - 1) + Math.max(0, text.length - 1);
    return total === 0 ? 0 : 2 * shared / total;
  };
}
