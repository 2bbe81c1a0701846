import assert from "node:assert/strict";
import fc from "fast-check";
import {
  boundaryAfter,
  boundaryAt,
  boundaryBefore,
  cutToWidth,
  graphemes,
  padToWidth,
  widthOf,
} from "./width.ts";

const texts = fc.string({
  unit: fc.oneof(fc.constantFrom("\u6f22", "e\u0301", "\u{1f468}\u200d\u{1f469}"), fc.string()),
});

Deno.test("widthOf() counts columns, not characters", () => {
  const cases: [string, number][] = [
    ["", 0],
    ["abc", 3],
    ["h\u00e9llo", 5],
    ["e\u0301", 1],
    ["\u6f22\u5b57", 4],
    ["\uff21", 2],
    ["\ud55c", 2],
    ["\u{1f600}", 2],
    ["\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", 2],
    ["\u{1f1eb}\u{1f1f7}", 2],
    ["\u2192\u21b5", 2],
    ["\u200b", 0],
  ];
  for (const [text, width] of cases) assert.equal(widthOf(text), width, JSON.stringify(text));
});

Deno.test("cutToWidth() never exceeds the width and keeps what fits", () => {
  assert.equal(cutToWidth("abc", 3), "abc");
  assert.equal(cutToWidth("abcd", 3), "ab\u2026");
  assert.equal(cutToWidth("\u6f22\u5b57\u6f22", 4), "\u6f22\u2026");
  fc.assert(fc.property(texts, fc.integer({ min: 1, max: 20 }), (text, columns) => {
    assert.ok(widthOf(cutToWidth(text, columns)) <= columns);
  }));
});

Deno.test("padToWidth() fills up to the width", () => {
  assert.equal(padToWidth("\u6f22", 4), "\u6f22  ");
  assert.equal(padToWidth("abcde", 4), "abcde");
});

Deno.test("boundaries agree with graphemes()", () => {
  fc.assert(fc.property(texts, (text) => {
    const starts = [0];
    for (const one of graphemes(text)) starts.push(starts.at(-1)! + one.length);
    assert.equal(starts.at(-1), text.length);
    for (let offset = 0; offset <= text.length; offset++) {
      assert.equal(boundaryBefore(text, offset), starts.findLast((at) => at < offset) ?? 0);
      assert.equal(boundaryAfter(text, offset), starts.find((at) => at > offset) ?? text.length);
      assert.equal(boundaryAt(text, offset), starts.find((at) => at >= offset));
    }
  }));
});
