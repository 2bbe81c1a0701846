import type { Collection, Store } from "./types.ts";

/**
 * A store that is opened at its first use: a command that keeps nothing does not pay for it.
 *
 * @param open called once, at the first use.
 */
export function lazyStore(open: () => Promise<Store>): Store {
  let opened: Promise<Store> | undefined;
  const store = () => opened ??= open();
  return {
    get: async (key) => (await store()).get(key),
    put: async (key, value) => (await store()).put(key, value),
    update: async (key, change) => (await store()).update(key, change),
    delete: async (key) => (await store()).delete(key),
    list: async (prefix, limit) => (await store()).list(prefix, limit),
    append: async (stream, values) => (await store()).append(stream, values),
    read: async (stream, options) => (await store()).read(stream, options),
    head: async (stream) => (await store()).head(stream),
    collection: async <T>(name: string, columns: readonly string[]): Promise<Collection<T>> =>
      (await store()).collection<T>(name, columns),
    commit: async (writes) => (await store()).commit(writes),
    close: async () => await (await opened)?.close(),
  };
}
