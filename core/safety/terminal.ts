/**
 * Letters that show as nothing, as a blank, or that turn the text around them: U+2066 and kin. Made
 * where it is used: its tables take half a millisecond of each start.
 */
const hidden = (): RegExp =>
  // deno-lint-ignore no-control-regex -- controls are what this is about
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}|[\u{e0000}-\u{e007f}]/gu;

/** Escape sequences: CSI, then OSC, DCS, SOS, PM and APC up to their end, then two-letter ones. */
const SEQUENCE =
  // deno-lint-ignore no-control-regex -- controls are what this is about
  /(?:\x1b\[|\x9b)[\x20-\x3f]*[\x40-\x7e]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?|\x1b[\x20-\x2f]*[\x30-\x7e]?/g;

/**
 * Makes text from a model, a file or a program safe to print: escape sequences are removed whole
 * (colours, titles, clipboard writes, links, paste marks), what remains of control, bidi and
 * invisible characters too. Newlines and tabs stay; CRLF becomes LF, and a lone CR starts a new
 * line, so that nothing can be written over.
 *
 * @example
 * ```ts
 * import { sanitize } from "@dspy/code/core/safety";
 * import assert from "node:assert/strict";
 *
 * assert.equal(sanitize("\x1b]0;title\x07ok \x1b[31mred\x1b[0m"), "ok red");
 * ```
 */
export function sanitize(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(/\r\n?/g, "\n").replace(SEQUENCE, "").replace(hidden(), "");
}

/**
 * Shows what {@linkcode sanitize} would remove, escaped, and newlines too: for questions and
 * messages where the person must see exactly what is there.
 *
 * @example
 * ```ts
 * import { showControls } from "@dspy/code/core/safety";
 * import assert from "node:assert/strict";
 *
 * assert.equal(showControls("cat a\r\u202etouch"), "cat a\\r\\u202etouch");
 * ```
 */
export function showControls(text: string): string {
  return text.replace(/[\n\r\t]/g, (c) => ({ "\n": "\\n", "\r": "\\r" })[c] ?? "\\t")
    .replace(hidden(), (c) => {
      const code = c.codePointAt(0)!;
      return code > 0xffff
        ? `\\u{${code.toString(16)}}`
        : `\\u${code.toString(16).padStart(4, "0")}`;
    });
}

function isPlain(text: string): boolean {
  return /^[\x20-\x7e\n\t]*$/.test(text);
}
