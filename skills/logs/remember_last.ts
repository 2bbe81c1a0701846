import { createRedactor, redactJson } from "../../core/safety/redact.ts";
import type { Json, Store } from "../../core/store/types.ts";

/** What is kept of the last look at a container. */
export const LAST_FIELDS = ["summary", "plan", "key_points", "ts"] as const;

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
  values: Readonly<Partial<Record<"summary" | "plan" | "key_points", Json>>>,
): Promise<void> {
  const all = redactJson({ ...values, ts: Date.now() }, createRedactor([]));
  await store.commit(
    Object.entries(all).map(([field, value]) => ({
      op: "put",
      key: `last:${container}:${field}`,
      value,
    })),
  );
}
