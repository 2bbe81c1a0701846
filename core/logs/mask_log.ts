import { createRedactor } from "../safety/redact.ts";

/** A value behind a name that says it is secret: `password=…`, `"api_key": "…"`. */
const NAMED =
  /\b((?:[\w-]{0,40}[_-])?(?:pass(?:word|wd|phrase)?|pwd|secret|api[_-]?key|token))(=["']?|["']\s{0,8}:\s{0,8}["'])([^\s"'&,;)}\]]{4,})/gi;

/** What only stands for a value. */
const STAND_IN = /^(?:\*+|x+|\.{3}|null|none|true|false|undefined|<.*>|\[redacted\]?)$/i;

const REDACTOR = createRedactor([]);

/**
 * Masks secrets in the text of logs: what has the form of one, as `createRedactor` does, and values
 * whose names say what they are. The latter would be too much in code, where `token=next` is common.
 *
 * @example
 * ```ts
 * import { maskLog } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * const line = "ERROR login failed: user=ann password=hunter2 retries=3";
 * assert.equal(maskLog(line), "ERROR login failed: user=ann password=[redacted] retries=3");
 * ```
 */
export function maskLog(text: string): string {
  return REDACTOR.text(text).replace(
    NAMED,
    (all, name: string, sign: string, value: string) =>
      STAND_IN.test(value) ? all : `${name}${sign}[redacted]`,
  );
}
