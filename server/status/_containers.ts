import type { Store } from "../../core/store/types.ts";

/** What is kept of a container. */
const FIELDS: ReadonlySet<string> = new Set(["summary", "key_points", "plan", "ts"]);

/** What was last found out of each container, by name. */
export async function readContainers(
  store: Pick<Store, "list">,
): Promise<Record<string, Record<string, unknown>>> {
  const found = new Map<string, Record<string, unknown>>();
  for (const { key, value } of await store.list("last:")) {
    // A name may itself hold colons; the part after the last one is the field.
    const end = key.lastIndexOf(":");
    const field = key.slice(end + 1);
    if (end <= "last:".length || !FIELDS.has(field)) continue;
    const name = key.slice("last:".length, end);
    found.set(name, { ...found.get(name), [field]: value });
  }
  return Object.fromEntries(found);
}
