/** A search backwards through the history. */
export interface Search {
  readonly query: string;
  /** Index of the line found; the number of lines before anything was found. */
  readonly index: number;
  /** Whether nothing (more) was found. */
  readonly failed: boolean;
}

/**
 * Finds the newest line that contains the query.
 *
 * @param search the search so far.
 * @param query what to look for now.
 * @param from newest index that may be found.
 */
export function searchBack(
  search: Search,
  query: string,
  from: number,
  history: readonly string[],
): Search {
  if (query === "") return { query, index: history.length, failed: false };
  for (let index = Math.min(from, history.length - 1); index >= 0; index--) {
    if (history[index]!.includes(query)) return { query, index, failed: false };
  }
  return { query, index: search.index, failed: true };
}
