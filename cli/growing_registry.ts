import { type CatalogEntry, createRegistry, type Registry } from "../core/registry.ts";

/** A registry to which tools of other programs can be added. */
export interface GrowingRegistry extends Registry {
  /** Adds these to the ones it was made of, in place of those that were added before. */
  extend(entries: readonly CatalogEntry[]): void;
}

/** Makes a registry that can grow while those who hold it go on. */
export function growingRegistry(own: readonly CatalogEntry[]): GrowingRegistry {
  let current = createRegistry(own);
  return {
    get entries() {
      return current.entries;
    },
    find: (name) => current.find(name),
    suggest: (name) => current.suggest(name),
    extend(entries) {
      current = createRegistry([...own, ...entries]);
    },
  };
}
