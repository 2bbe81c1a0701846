/** A text that has a word of the query. */
export interface TfIdfHit {
  /** Which of the texts, from 0. */
  readonly index: number;
  /** Cosine of the angle between the two vectors of weights: above 0, at most 1. */
  readonly score: number;
}

const TOKEN = /[A-Za-z_][A-Za-z0-9_]{1,63}/g;

/** Counts by token. */
type Counts = ReadonlyMap<string, number>;

/**
 * Ranks texts by TF-IDF: a token weighs `(0.5 + 0.5 · tf/maxtf) · (ln((N + 1) / (1 + df)) + 1)`, in
 * the texts as in the query.
 *
 * @param texts all that there are: `N` and `df` come from them.
 * @returns best first, equals in the order of the texts.
 */
export function rankByTfIdf(query: string, texts: readonly string[]): TfIdfHit[] {
  const wanted = count(query);
  if (wanted.size === 0) return [];
  const all = texts.map(count);
  const spread = new Map<string, number>();
  for (const counts of all) {
    for (const token of counts.keys()) spread.set(token, (spread.get(token) ?? 0) + 1);
  }
  const total = Math.max(1, texts.length);
  const idf = (token: string) => Math.log((total + 1) / (1 + (spread.get(token) ?? 0))) + 1;
  const asked = weigh(wanted, idf);
  return all.map((counts, index) => ({
    index,
    score: hasAny(counts, wanted) ? cosine(asked, weigh(counts, idf)) : 0,
  }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

function count(text: string): Counts {
  const counts = new Map<string, number>();
  for (const [token] of text.matchAll(TOKEN)) {
    const lower = token.toLowerCase();
    counts.set(lower, (counts.get(lower) ?? 0) + 1);
  }
  return counts;
}

function weigh(counts: Counts, idf: (token: string) => number): Map<string, number> {
  const most = counts.values().reduce((most, count) => Math.max(most, count), 1);
  return new Map(
    counts.entries().map(([token, tf]) => [token, (0.5 + 0.5 * tf / most) * idf(token)]),
  );
}

function hasAny(counts: Counts, wanted: Counts): boolean {
  return wanted.keys().some((token) => counts.has(token));
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const dot = a.entries().reduce((sum, [token, weight]) => sum + weight * (b.get(token) ?? 0), 0);
  return dot / (length(a) * length(b));
}

function length(weights: ReadonlyMap<string, number>): number {
  return Math.sqrt(weights.values().reduce((sum, weight) => sum + weight * weight, 0));
}
