import assert from "node:assert/strict";
import fc from "fast-check";
import { compareByCodePoint, prefixEnd } from "./_keys.ts";

const TEXT = fc.string({ unit: "binary" });

Deno.test("compareByCodePoint() orders as UTF-8 bytes do", () => {
  fc.assert(fc.property(TEXT, TEXT, (a, b) => {
    const bytes = (text: string) => Array.from(new TextEncoder().encode(text));
    const [x, y] = [bytes(a), bytes(b)];
    const at = x.findIndex((byte, i) => byte !== y[i]);
    const expected = at < 0 ? x.length - y.length : y[at] === undefined ? 1 : x[at]! - y[at];
    assert.equal(Math.sign(compareByCodePoint(a, b)), Math.sign(expected));
  }));
});

Deno.test("prefixEnd() comes after every string with the prefix and before all others", () => {
  const prefix = fc.oneof(TEXT, fc.constantFrom("", "a\u{10ffff}", "\ud7ff", "\u{10ffff}"));
  fc.assert(fc.property(prefix, TEXT, (prefix, rest) => {
    const end = prefixEnd(prefix);
    const before = (text: string) => end === undefined || compareByCodePoint(text, end) < 0;
    assert.ok(before(prefix + rest));
    assert.ok(before(`${prefix}\u{10ffff}\u{10ffff}`));
    const between = compareByCodePoint(prefix, rest) <= 0 && before(rest);
    assert.equal(between, rest.startsWith(prefix));
  }));
});
