import type { Entry } from "./entry.ts";

/**
 * The entries from the first to a leaf. A parent that is missing or comes twice ends the way: what
 * is left of a damaged tree still counts.
 */
export function wayTo(leaf: string | null, all: ReadonlyMap<string, Entry>): Entry[] {
  const way: Entry[] = [];
  const seen = new Set<string>();
  for (let id = leaf; id !== null && !seen.has(id);) {
    const entry = all.get(id);
    if (entry === undefined) break;
    seen.add(id);
    way.push(entry);
    id = entry.parent;
  }
  return way.reverse();
}
