const FILLER = new Set(
  ("a an all and any are be by can could did do does find for from get has have how i in is it its " +
    "list me my of on or our please show tell that the there this to use used using was we were " +
    "what when where which who why will with would you your")
    .split(" "),
);

/**
 * A question without the words that every question has: in a small workspace they are rarer than
 * what is asked for, and would decide. Words in capitals or with a sign in them stay.
 *
 * @returns the query itself when nothing else is left.
 */
export function contentWords(query: string): string {
  const kept = query.split(/\s+/).filter((word) => !FILLER.has(word.replace(/[?!.,;:]+$/, "")));
  return kept.some((word) => /[\p{L}\p{N}]/u.test(word)) ? kept.join(" ") : query;
}
