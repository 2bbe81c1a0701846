import { join } from "node:path";
import { lazyStore } from "../core/store/lazy.ts";
import type { Store } from "../core/store/types.ts";

/**
 * The workspace's store, opened when first needed. Where the disk cannot be written it lives in
 * memory for this session, and says so.
 */
export function openSessionStore(root: string, notice: (text: string) => void): Store {
  return lazyStore(async () => {
    const { openStore } = await import("../core/store/open_store.ts");
    return await openStore(join(root, ".dspy", "store.db"), { onWarning: notice });
  });
}
