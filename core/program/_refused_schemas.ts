import type { LM } from "../lm/types.ts";

/** What a model's server has refused so far: nothing, strict schemas, or any schema at all. */
export type Refused = "nothing" | "strict" | "all";

const REFUSED = new WeakMap<LM, Refused>();

/** What a model's server has refused before. */
export function refusedBy(lm: LM): Refused {
  return REFUSED.get(lm) ?? "nothing";
}

/** Keeps in mind that a model's server refused a schema: the strict one first, then any. */
export function noteRefused(lm: LM): void {
  REFUSED.set(lm, refusedBy(lm) === "nothing" ? "strict" : "all");
}
