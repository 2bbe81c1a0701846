import assert from "node:assert/strict";
import fc from "fast-check";
import { fitsAgain } from "./_fits_again.ts";
import type { PatchLine } from "./patch_types.ts";

function hunk(text: string): PatchLine[] {
  return text.split("\n").map((line) => ({
    sign: line[0] as PatchLine["sign"],
    text: line.slice(1),
  }));
}

Deno.test("fitsAgain() tells hunks that could be applied twice", () => {
  for (const text of [" a\n+b", "+b\n a", "+x\n a\n+y", " a\n-b\n+c\n+a\n+b", " a\n+a\n a", "+x"]) {
    assert.equal(fitsAgain(hunk(text)), true, text);
  }
  for (const text of [" a\n+b\n c", "-a\n+b", " a\n-b", " a\n-b\n+b b", "-a\n-a\n+a"]) {
    assert.equal(fitsAgain(hunk(text)), false, text);
  }
});

Deno.test("fitsAgain() is what looking at every place says", () => {
  const line = fc.record({
    sign: fc.constantFrom(" ", "+", "-") as fc.Arbitrary<PatchLine["sign"]>,
    text: fc.constantFrom("a", "b"),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
      const of = (without: string) =>
        `,${lines.filter(({ sign }) => sign !== without).map(({ text }) => text).join(",")},`;
      assert.equal(fitsAgain(lines), of("-").includes(of("+").replace(/^,,$/, ",")));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("fitsAgain() takes linear time on lines that are all alike", () => {
  const many = (sign: string, count: number) => `${sign}a\n`.repeat(count);
  const text = `${many("-", 100_000)}-b\n${many("-", 100_000)}${many("+", 400_000)}+a`;
  const started = performance.now();
  assert.equal(fitsAgain(hunk(text)), false);
  assert.ok(performance.now() - started < 3_000);
});
