/** Options of {@linkcode closest}. */
export interface ClosestOptions {
  /** How many names at most. Default 3. */
  readonly limit?: number;
}

/**
 * The names near a mistyped one: at most a third of its letters (and at least one, at most three)
 * differ, counted as optimal string alignment distance (Damerau–Levenshtein without overlapping
 * transpositions), or it is a prefix of them.
 *
 * @param typed what was typed.
 * @param names what could have been meant.
 * @returns the nearest first, ties in the order of `names`.
 *
 * @example
 * ```ts
 * import { closest } from "@dspy/code/core";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(closest("gerp", ["grep", "tree", "cat"]), ["grep"]);
 * ```
 */
export function closest(
  typed: string,
  names: readonly string[],
  { limit = 3 }: ClosestOptions = {},
): string[] {
  const most = Math.min(3, Math.max(1, Math.ceil(typed.length / 3)));
  return names
    .map((name) => ({
      name,
      distance: typed.length >= 2 && name.startsWith(typed) ? 0.5 : distance(typed, name),
    }))
    .filter((candidate) => candidate.distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map((candidate) => candidate.name);
}

function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => {
    const row = new Uint16Array(b.length + 1);
    row[0] = i;
    return row;
  });
  const at = (i: number, j: number) => rows[i]![j]!;
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitution = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, at(i - 2, j - 2) + 1);
      }
      rows[i]![j] = best;
    }
  }
  return at(a.length, b.length);
}
