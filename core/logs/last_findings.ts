import { createRedactor, redactJson } from "../safety/redact.ts";
import type { Json, Write } from "../store/types.ts";

/** What is kept of the last look at a container. */
export const LAST_FIELDS = ["summary", "plan", "key_points", "ts"] as const;

/** Findings about a container; JSON as the tool `last` gives them. */
export type LastFindings = Readonly<Partial<Record<"summary" | "plan" | "key_points", Json>>>;

/**
 * The writes that keep the newest findings about a container, free of secrets, under
 * `last:<container>:<field>`.
 *
 * @param container whose logs or plan they are.
 * @param values the parts to replace.
 * @param ts when they were found, milliseconds since the epoch.
 */
export function lastWrites(container: string, values: LastFindings, ts: number): Write[] {
  const all = redactJson({ ...values, ts }, createRedactor([]));
  return Object.entries(all).map(([field, value]) => ({
    op: "put",
    key: `last:${container}:${field}`,
    value,
  }));
}
