/**
 * A URL as it may be shown: without its password and what follows a `?`.
 *
 * @param url one that is none loses all before its last `@`.
 *
 * @example
 * ```ts
 * import { redactUrl } from "@dspy/code/streaming/cache";
 * import assert from "node:assert/strict";
 *
 * assert.equal(redactUrl("redis://me:s3cret@host:6379/2"), "redis://me:[redacted]@host:6379/2");
 * ```
 */
export function redactUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.host === "") return url.replace(/^.*@/s, "[redacted]@");
  const { protocol, username, password, host, pathname } = parsed;
  const secret = password === "" ? "" : ":[redacted]";
  const user = username === "" && secret === "" ? "" : `${username}${secret}@`;
  return `${protocol}//${user}${host}${pathname}`;
}
