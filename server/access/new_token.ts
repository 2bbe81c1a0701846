/**
 * A new token: 32 random bytes as 43 letters, digits, `-` and `_`.
 *
 * @example
 * ```ts
 * import { newToken } from "@dspy/code/server";
 * import assert from "node:assert/strict";
 *
 * assert.match(newToken(), /^[\w-]{43}$/);
 * ```
 */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
