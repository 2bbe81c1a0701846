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
  const block = pairsOf(wanted.map((line) => line.trim()).join("\n"));
  let best: SimilarBlock | undefined;
  for (const first of promising(lines, wanted, count)) {
    const text = lines.slice(first, first + count).map((line) => line.trim()).join("\n");
    const score = dice(block, pairsOf(text));
    if (score >= 0.6 && score > (best?.score ?? 0)) best = { first, count, score };
  }
  return best;
}

function promising(lines: readonly string[], wanted: readonly string[], count: number): number[] {
  const likeness = new Map<string, number[]>();
  const targets = wanted.map((line) => pairsOf(line.trim()));
  const seen = new Map<string, number>();
  wanted.forEach((line, i) => {
    const key = line.trim();
    if (key !== "") likeness.set(key, [...likeness.get(key) ?? [], i]);
  });
  const scores = new Float64Array(Math.max(1, lines.length));
  const vote = (first: number, weight: number) => {
    if (first >= 0 && first + count <= lines.length) scores[first]! += weight;
  };
  const anchor = targets.reduce((best, pairs, i) => pairs.size > targets[best]!.size ? i : best, 0);
  lines.forEach((line, i) => {
    const key = line.trim();
    for (const j of likeness.get(key) ?? []) vote(i - j, 1);
    // The longest line votes for lines that merely resemble it.
    let score = seen.get(key);
    if (score === undefined) seen.set(key, score = roughDice(targets[anchor]!, key));
    if (score > 0.5) vote(i - anchor, score);
  });
  return [...scores.keys()].filter((i) => scores[i]! > 0)
    .sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, FULL_COMPARISONS);
}

function roughDice(pairs: ReadonlyMap<number, number>, line: string): number {
  if (line.length < 2 || line.length > 4 * pairs.size + 8) return 0;
  return dice(pairs, pairsOf(line));
}

function pairsOf(text: string): Map<number, number> {
  const pairs = new Map<number, number>();
  for (let i = 1; i < text.length; i++) {
    const pair = text.charCodeAt(i - 1) * 65536 + text.charCodeAt(i);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

function dice(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  let [shared, total] = [0, 0];
  for (const count of a.values()) total += count;
  for (const [pair, count] of b) {
    total += count;
    shared += Math.min(count, a.get(pair) ?? 0);
  }
  return total === 0 ? 0 : 2 * shared / total;
}
