import assert from "node:assert/strict";
import fc from "fast-check";
import { lineDiff } from "./line_diff.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "d", ""), { maxLength: 30 });

Deno.test("lineDiff() names regions that turn one list into the other", () => {
  fc.assert(fc.property(lines, lines, (a, b) => {
    const result: string[] = [];
    let at = 0;
    for (const { aStart, aEnd, bStart, bEnd } of lineDiff(a, b)) {
      result.push(...a.slice(at, aStart), ...b.slice(bStart, bEnd));
      at = aEnd;
    }
    assert.deepEqual([...result, ...a.slice(at)], b);
  }));
});

Deno.test("lineDiff() finds the shortest script where no line is unique", () => {
  const size = (a: string, b: string) =>
    lineDiff([...a], [...b]).reduce((sum, d) => sum + d.aEnd - d.aStart + d.bEnd - d.bStart, 0);
  assert.equal(size("aabbaabb", "aabbabb"), 1);
  assert.equal(size("abcabba", "cbabac"), 5);
  assert.equal(size("", ""), 0);
});

Deno.test("lineDiff() keeps unique lines together when blocks move", () => {
  const [first] = lineDiff([..."1234xy"], [..."xy1234"]);
  assert.deepEqual(first, { aStart: 0, aEnd: 0, bStart: 0, bEnd: 2 });
});
