import { sanitize } from "./terminal.ts";

/** Makes text that comes in pieces safe to print. */
export interface SanitizerStream {
  /** Returns what is complete so far. */
  push(chunk: string): string;
  /** Returns the rest. */
  flush(): string;
}

/** An escape sequence longer than this is no longer waited for. Characters. */
const LONGEST = 4096;

/** A sequence, or a CRLF, that may go on in the next piece. */
const UNFINISHED =
  // deno-lint-ignore no-control-regex -- controls are what this is about
  /(?:\x1b(?:\[[\x20-\x3f]*|[\]PX^_][^\x07\x1b\x9c\n]*\x1b?|[\x20-\x2f]*)|\x9b[\x20-\x3f]*|[\x9d\x90\x98\x9e\x9f][^\x07\x1b\x9c\n]*|\r|[\ud800-\udbff])$/;

/**
 * {@linkcode sanitize} for text in pieces: a sequence that is cut by the border of two pieces is
 * removed as well. To be used before a redactor's stream, so that an escape inside a secret does
 * not hide it.
 *
 * @example
 * ```ts
 * import { sanitizeStream } from "@dspy/code/core/safety";
 * import assert from "node:assert/strict";
 *
 * const stream = sanitizeStream();
 * assert.equal(stream.push("a\x1b[3") + stream.push("1mb"), "ab");
 * ```
 */
export function sanitizeStream(): SanitizerStream {
  let held = "";
  return {
    push(chunk) {
      const text = held + chunk;
      const tail = text.slice(-LONGEST);
      const open = UNFINISHED.exec(tail)?.index ?? tail.length;
      const cut = text.length - tail.length + open;
      held = text.slice(cut);
      return sanitize(text.slice(0, cut));
    },
    flush() {
      const rest = sanitize(held);
      held = "";
      return rest;
    },
  };
}
