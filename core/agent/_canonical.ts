/**
 * A JSON value whose text does not depend on the order of keys.
 *
 * @param without keys that are left out. Default none.
 */
export function canonical(value: unknown, without?: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item, without));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => !without?.has(key))
    .sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, item]) => [key, canonical(item, without)]));
}
