/** What the tests of a log in a store have in common. */
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store } from "../../core/store/types.ts";
import { createLocalBus, type LocalBus } from "./local_bus.ts";
import type { LocalBusOptions } from "./local_bus_options.ts";
import { openStoreLog, type StoreLogOptions } from "./store_log.ts";

/** A bus over a log of the topics `t.>`. */
export async function openLogged(
  store: Store,
  options: Partial<StoreLogOptions> = {},
  busOptions: LocalBusOptions = {},
): Promise<LocalBus> {
  const log = await openStoreLog(store, { topics: ["t.>"], retriesMs: [5], ...options });
  return createLocalBus({ drainMs: 500, ...busOptions, log });
}

/** A store that answers late, and that can be made to fail. */
export function slowStore(commitMs = 0): Store & { trouble: Error | undefined } {
  const store = openMemoryStore();
  const slow = {
    ...store,
    trouble: undefined as Error | undefined,
    get: (key: string) => store.get(key),
    put: (key: string, value: unknown) => store.put(key, value),
    list: (prefix: string) => store.list(prefix),
    head: (stream: string) => store.head(stream),
    async read(...args: Parameters<Store["read"]>) {
      await later();
      return await store.read(...args);
    },
    async commit(writes: Parameters<Store["commit"]>[0]) {
      await later(commitMs);
      if (slow.trouble !== undefined) throw slow.trouble;
      return await store.commit(writes);
    },
  };
  return slow as unknown as Store & { trouble: Error | undefined };
}

/** Waits, at least until the next turn. */
export const later = (ms = 0): Promise<unknown> =>
  new Promise((resolve) => setTimeout(resolve, ms));
