/**
 * Raises a chunk's score because it defines what the query names: for an identifier (`openStore`,
 * `open_store`), which nobody writes by chance, above all others; for a word by a quarter.
 *
 * @param score of the chunk.
 * @param symbols names defined in the chunk.
 * @param best score among all chunks.
 */
export function definitionBoost(
  query: string,
  score: number,
  symbols: readonly string[],
  best: number,
): number {
  const names = new Set(symbols.map((name) => name.toLowerCase()));
  const defined = (query.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [])
    .filter((word) => names.has(word.toLowerCase()));
  if (defined.some((word) => /[\p{L}\p{N}]_|\p{Ll}\p{Lu}/u.test(word))) return score + best;
  return defined.length > 0 ? score * 1.25 : score;
}
