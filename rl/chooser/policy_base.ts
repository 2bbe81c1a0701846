import { fingerprint } from "../fingerprint.ts";
import type { Store } from "../../core/store/types.ts";
import type { PolicyState } from "./policy_state.ts";

/** Key of what was learned of entries that may have been trimmed. */
export const BASE = "rl.base";

/**
 * What was learned up to an offset of the log, written with the trim that took entries before it:
 * who has no state, or one from before what is left of the log, goes on from here, and comes to the
 * same as who read all of it.
 */
export interface PolicyBase {
  /** How many entries of the log are in it. */
  readonly offset: number;
  /** By how it was learned: see `modelName`. */
  readonly folds: Readonly<Record<string, PolicyState>>;
}

/** A base with its checksum, for the store. */
export function saveBase(base: PolicyBase): unknown {
  const text = JSON.stringify(base);
  return { v: 1, sum: fingerprint(text), text };
}

/** The base of a store; undefined when there is none, or none that can be read. */
export async function readBase(store: Pick<Store, "get">): Promise<PolicyBase | undefined> {
  const { v, sum, text } = Object(await store.get(BASE)) as Record<string, unknown>;
  const whole = v === 1 && typeof text === "string" && fingerprint(text) === sum;
  return whole ? JSON.parse(text) as PolicyBase : undefined;
}
