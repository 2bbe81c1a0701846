import { type LastFindings, lastWrites } from "../../core/logs/last_findings.ts";
import type { Store } from "../../core/store/types.ts";

/** The container that stands for work done by hand in the workspace. */
export const LOCAL_CONTAINER = "local";

/**
 * Keeps the newest findings, free of secrets, for `last` and for whoever reads the store.
 *
 * @param store where to.
 * @param container whose logs or plan they are.
 * @param values the parts to replace; `ts` is set to now, in milliseconds.
 */
export async function rememberLast(
  store: Store,
  container: string,
  values: LastFindings,
): Promise<void> {
  await store.commit(lastWrites(container, values, Date.now()));
}
