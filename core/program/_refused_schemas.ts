import type { LM } from "../lm/types.ts";

const REFUSED = new WeakSet<LM>();

/** Whether a model's server has refused a strict schema before. */
export function refusesSchemas(lm: LM): boolean {
  return REFUSED.has(lm);
}

/** Keeps in mind that a model's server refuses strict schemas. */
export function noteRefusedSchema(lm: LM): void {
  REFUSED.add(lm);
}
