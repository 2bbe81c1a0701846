/**
 * A short number that stands for a text: FNV-1a over its UTF-16 units, 32 bits. It holds against
 * accidents, not against people.
 *
 * Source: Fowler, Noll, Vo; draft-eastlake-fnv.
 *
 * @example
 * ```ts
 * import { fingerprint } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.equal(fingerprint("a"), 0xe40c292c);
 * ```
 */
export function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
