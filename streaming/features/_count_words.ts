const TOKEN = /[A-Za-z_][A-Za-z0-9_]{1,63}/g;

/** How often each token stands in a text, in lower case: what the code index counts, too. */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [token] of text.matchAll(TOKEN)) {
    const lower = token.toLowerCase();
    counts.set(lower, (counts.get(lower) ?? 0) + 1);
  }
  return counts;
}
