import assert from "node:assert/strict";
import fc from "fast-check";
import { sanitize, showControls } from "./terminal.ts";

/** Anything a terminal could take for more than text. */
// deno-lint-ignore no-control-regex -- controls are what this is about
const ACTIVE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const CASES: readonly [text: string, clean: string][] = [
  ["\x1b]52;c;c2VjcmV0\x07ok", "ok"],
  ["\x1b]52;c;c2VjcmV0\x1b\\ok", "ok"],
  ["\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\", "click"],
  ["\x1b]0;title\x07ok", "ok"],
  ["\x9d0;title\x9cok", "ok"],
  ["\x1b[2J\x1b[H\x9b31mred\x1b[0m", "red"],
  ["\x1b[200~rm -rf\x1b[201~", "rm -rf"],
  ["\x1bPq#0\x1b\\ok", "ok"],
  ["\x1b(Bok\x1bc\x1b7", "ok"],
  ["good\r\nline\rover", "good\nline\nover"],
  ["a\u202eb\u2066c\u200bd\ufeffe", "abcde"],
  ["\ud800x\udc00", "x"],
  ["tab\tand\nline", "tab\tand\nline"],
  [
    "caf\u00e9 \u{1f469}\u200d\u{1f4bb} \u4f60\u597d",
    "caf\u00e9 \u{1f469}\u200d\u{1f4bb} \u4f60\u597d",
  ],
  ["\x1b", ""],
  ["\x1b[", ""],
  ["\x1b]unfinished title\nnext line", "\nnext line"],
];

Deno.test("sanitize() removes sequences, controls and bidi marks, and keeps the text", () => {
  for (const [text, clean] of CASES) assert.equal(sanitize(text), clean, JSON.stringify(text));
});

Deno.test("sanitize() leaves nothing active in any text, and is done after one pass", () => {
  const unit = fc.constantFrom(..."\x1b[]0;m\x07\x9b\x9d\\P\r\n\t\u202eab\u0000", "\ud800");
  fc.assert(fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
    const clean = sanitize(text);
    assert.doesNotMatch(clean, ACTIVE);
    assert.ok(clean.isWellFormed());
    assert.equal(sanitize(clean), clean);
  }));
});

Deno.test("sanitize() takes linear time", () => {
  const started = performance.now();
  for (const part of ["\x1b[", "\x1b]", "\x9d", "\x1b[1;", "\x1bP\x1b"]) {
    sanitize(part.repeat(300_000));
  }
  assert.ok(performance.now() - started < 2000);
});

Deno.test("showControls() shows what would be removed", () => {
  assert.equal(
    showControls("a\x1b[31m\r\n\u202e\0\ud800"),
    "a\\u001b[31m\\r\\n\\u202e\\u0000\\ud800",
  );
});
