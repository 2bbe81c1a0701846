import type { SparseFeatures } from "./sparse_model.ts";

/**
 * Replaces words that nothing is known of by one that stands for all such: `b:through secho` is then
 * `b:through <x>`, of which something may be known. The words themselves stay, so that they can be
 * learned.
 *
 * @param known the words that are told apart.
 */
export function withKnownWords(
  features: Readonly<Record<string, number>>,
  known: ReadonlySet<string>,
): SparseFeatures {
  const all = new Map<string, number>();
  for (const [name, value] of Object.entries(features)) {
    all.set(name, value);
    const at = /^[wb]:/.test(name) ? name.slice(2).split(" ") : [];
    const told = at.map((word) => /^[<^$]/.test(word) || known.has(word) ? word : "<x>");
    if (at.some((word, i) => word !== told[i])) all.set(name.slice(0, 2) + told.join(" "), value);
  }
  const size = Math.sqrt([...all.values()].reduce((sum, x) => sum + x * x, 0)) || 1;
  return [...all].map(([name, value]) => [name, value / size]);
}
