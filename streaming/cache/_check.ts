import { UserError } from "../../core/errors.ts";

/** Longer lives are as good as endless: 31 years. */
const LONGEST_MS = 1e12;

/** The key, if it is one. */
export function checkKey(key: string): string {
  if (typeof key === "string" && key !== "" && key.isWellFormed()) return key;
  throw new TypeError(`${JSON.stringify(key)} is no key: expected text that is not empty`);
}

/** The time to live in milliseconds, if it is one. */
export function checkTtl(ttlMs: number): number {
  if (ttlMs > 0) return Math.min(Math.ceil(ttlMs), LONGEST_MS);
  throw new TypeError(`${ttlMs} is no time to live: expected milliseconds, more than 0`);
}

/** What is added to a counter, if it can be. */
export function checkStep(by: number): number {
  if (Number.isSafeInteger(by)) return by;
  throw new TypeError(`${by} cannot be added to a counter: expected a whole number`);
}

/** The value as JSON, if it can be. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`JSON cannot hold a ${typeof value}`);
  return json;
}

/** For a key whose value cannot be counted on. */
export function notACounter(key: string): UserError {
  return new UserError("failed", `"${key}" holds no whole number that this can be added to`, {
    hint: "delete it, or count under another key",
  });
}
