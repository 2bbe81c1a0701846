import { createRedactor } from "../safety/redact.ts";

/** A name that says that its value is secret: `password`, `dbPassword`, `AWS_SECRET_ACCESS_KEY`. */
const NAME = String
  .raw`(?:pass(?:word|wd|phrase)|pwd|secret(?:[_-]?(?:access[_-]?)?key)?|token|(?:api|access|private)[_-]?key)`;

/** In quotes up to their end, else up to a blank. */
const VALUE = String.raw`"(?:[^"\\\n]|\\.)+"?|\\"[^"\n]+"?|'[^'\n]+'?|[^\s"'\\]+`;

const NAMED = new RegExp(
  String.raw`(${NAME})(\\?["']?[ \t]{0,4}[=:][ \t]{0,4})(${VALUE})`,
  "gi",
);

/** What only stands for a value, or tells what is the matter with it. */
const STAND_IN =
  /^(?:\*+|x{3,}|\.{3}|null|none|true|false|undefined|<.*>|\$.*|\[redacted\]?|wrong|missing|invalid|incorrect|required|expired|unknown|empty|mismatch|denied|failed)[,.;)}\]]*$/i;

/** Masks secrets in the text of logs. */
export type LogMask = (text: string) => string;

/**
 * Makes what masks secrets in the text of logs: what has the form of one and the values given, as
 * `createRedactor` does, and values whose names say what they are. The latter would be too much in
 * code, where `token = next` is common.
 *
 * @param secrets values that must not be shown. Default none.
 *
 * @example
 * ```ts
 * import { createLogMask } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * const mask = createLogMask();
 * const line = "ERROR login failed: user=ann password=hunter2 retries=3";
 * assert.equal(mask(line), "ERROR login failed: user=ann password=[redacted] retries=3");
 * ```
 */
export function createLogMask(secrets: readonly string[] = []): LogMask {
  const redactor = createRedactor(secrets);
  return (text) =>
    redactor.text(text).replace(NAMED, (all, name: string, sign: string, value: string) => {
      const [, open = "", inner = value, close = ""] = /^(\\?["'])(.*?)(\\?["'])?$/s.exec(value) ??
        [];
      // A count of tokens is none of them.
      const isCount = /^token$/i.test(name) && /^\d+[,.;)}\]]*$/.test(inner);
      if (STAND_IN.test(inner) || isCount) return all;
      return `${name}${sign}${open}[redacted]${close}`;
    });
}

/** {@linkcode createLogMask} without values of its own. */
export const maskLog: LogMask = createLogMask();
