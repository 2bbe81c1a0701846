import { UserError } from "../../core/errors.ts";

const GOOD = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

/**
 * Refuses what could be taken for a path, or is no name.
 *
 * @throws {UserError} `usage`.
 */
export function checkJobId(id: unknown): string {
  if (typeof id === "string" && GOOD.test(id)) return id;
  const shown = typeof id === "string" ? JSON.stringify(id.slice(0, 80)) : typeof id;
  throw new UserError("usage", `not the id of a job: ${shown}`, {
    hint: "up to 200 letters, digits, . _ - and no dot first; or leave it out",
  });
}

/**
 * The id of the job for a message: the same for the same message, another for another. What an id
 * may not hold is written as hexadecimal between dashes.
 *
 * @example
 * ```ts
 * import { jobIdOf } from "@dspy/code/streaming/queue";
 * import assert from "node:assert/strict";
 *
 * assert.equal(jobIdOf("m-1"), "m-1");
 * assert.equal(jobIdOf("agent.tasks/0/17"), "_agent.tasks-2f-0-2f-17");
 * ```
 */
export function jobIdOf(messageId: string): string {
  // What begins like our own spelling is spelled out, too, so that no two messages share an id.
  if (GOOD.test(messageId) && !messageId.startsWith("_")) return messageId;
  const spelled = `_${
    messageId.replace(/[^A-Za-z0-9._]/gu, (char) => `-${char.codePointAt(0)!.toString(16)}-`)
  }`;
  if (spelled.length <= 200) return spelled;
  return checkJobId(`${spelled.slice(0, 150)}-${fnv(messageId)}-${messageId.length}`);
}

/** FNV-1a from two starts, 64 bits together: for telling long names apart, not for secrets. */
function fnv(text: string): string {
  let [a, b] = [0x811c9dc5, 0x1b873593];
  for (const byte of new TextEncoder().encode(text)) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x01000193) ^ (a >>> 15);
  }
  return [a, b].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
}
