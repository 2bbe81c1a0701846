import type { Store, Write } from "../../core/store/types.ts";

/** A position in the store that nobody else may have moved. */
export interface SavedPosition<S> {
  /** As it is kept. */
  load(): Promise<S | undefined>;
  /** Writes together with the position; false when it is not as it was loaded or written last. */
  commit(writes: readonly Write[], next: S): Promise<boolean>;
}

/** Keeps a position under a key, in one transaction with what was made of the lines before it. */
export function savePosition<S>(store: Store, key: string): SavedPosition<S> {
  let last: S | undefined;
  return {
    async load() {
      return last = await store.get<S>(key);
    },
    async commit(writes, next) {
      const taken = await store.commit([
        last === undefined
          ? { op: "expect", key, absent: true }
          : { op: "expect", key, value: last },
        ...writes,
        { op: "put", key, value: next },
      ]);
      if (taken) last = next;
      return taken;
    },
  };
}
