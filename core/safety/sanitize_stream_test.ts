import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor } from "./redact.ts";
import { sanitizeStream } from "./sanitize_stream.ts";
import { sanitize } from "./terminal.ts";

Deno.test("sanitizeStream() gives the same as sanitize(), wherever the text is cut", () => {
  const piece = fc.constantFrom(
    "\x1b]52;c;abc\x07",
    "\x1b[31m",
    "\x1b]8;;u\x1b\\",
    "\r\n",
    "\r",
    "ab",
    "\x9d1\x9c",
    "\x1b(B",
    "\n",
    "\u{1f600}",
    "\x1b",
    "\x9b1m",
    "\x1bPq\x1b\\",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      fc.array(fc.nat(12), { minLength: 1 }),
      (parts, sizes) => {
        const whole = parts.join("");
        const stream = sanitizeStream();
        let shown = "";
        for (let at = 0, i = 0; at < whole.length; i++) {
          const end = at + 1 + sizes[i % sizes.length]!;
          shown += stream.push(whole.slice(at, end));
          at = end;
        }
        assert.equal(shown + stream.flush(), sanitize(whole));
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("sanitizeStream() before a redactor finds a secret with an escape inside", () => {
  const token = "ghp_" + "a1B2".repeat(9);
  const clean = sanitizeStream();
  const redact = createRedactor([]).stream();
  const shown = redact.push(clean.push(`x ${token.slice(0, 9)}\x1b[`)) +
    redact.push(clean.push(`0m${token.slice(9)}\n`));
  assert.equal(shown + redact.push(clean.flush()) + redact.flush(), "x [redacted]\n");
});

Deno.test("sanitizeStream() takes linear time", () => {
  const started = performance.now();
  for (const part of ["\x9d", "\x1b]", "\x1b[1;", "\x1b"]) {
    const stream = sanitizeStream();
    for (let i = 0; i < 100; i++) stream.push(part.repeat(4096));
  }
  assert.ok(performance.now() - started < 3000);
});
