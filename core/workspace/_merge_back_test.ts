import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeBack } from "./_merge_back.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const TEN = Array.from({ length: 10 }, (_, i) => `line number ${i + 1}\n`).join("");
const FIVE = TEN.replace("number 5", "five");

function merge(from: string, to: string, now: string): string | undefined {
  const bytes = mergeBack(encode(from), encode(to), encode(now));
  return bytes && new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

Deno.test("mergeBack() takes a change out and keeps what stands elsewhere", () => {
  const user = `the user's\n${FIVE.replace("number 10\n", "ten")}`;
  assert.equal(merge(FIVE, TEN, user), user.replace("five", "number 5"));
  const added = TEN.replace("number 6\n", "number 6\nnew one\nnew two\n");
  assert.equal(merge(added, TEN, `x\n${added}`), `x\n${TEN}`);
  assert.equal(merge(TEN, added, `\uFEFFx\r\n${TEN}`), `\uFEFFx\r\n${added}`);
});

Deno.test("mergeBack() refuses what is not certain", () => {
  const twice = FIVE + FIVE;
  const cases: readonly (readonly [name: string, from: string, to: string, now: string])[] = [
    ["the changed line was changed", FIVE, TEN, FIVE.replace("five", "5")],
    ["a line beside it was changed", FIVE, TEN, FIVE.replace("number 7", "seven")],
    ["a line was put beside it", FIVE, TEN, FIVE.replace("line five\n", "line five\nx\n")],
    ["it stands twice now", FIVE, TEN, twice],
    ["it stood twice then", twice, FIVE + TEN, FIVE],
    ["too short to tell", "a\nb\n", "a\n", "x\na\nb\n"],
    ["all of a file", "agent wrote this\n", "", "agent\n"],
    ["one of two parts is gone", `${FIVE}${TEN}\nlast\n`, `${TEN}${TEN}\nend\n`, FIVE],
  ];
  for (const [name, from, to, now] of cases) assert.equal(merge(from, to, now), undefined, name);
  const binary = new Uint8Array([0xff, 10]);
  assert.equal(mergeBack(encode(FIVE), encode(TEN), binary), undefined);
});

Deno.test("mergeBack() of a file with other lines above and below gives the old one between them", () => {
  const line = fc.constantFrom("alpha", "beta", "gamma", "", "{", "}");
  const text = fc.array(line, { maxLength: 12 }).map((all) => all.map((l) => `${l}\n`).join(""));
  fc.assert(
    fc.property(text, text, (from, to) => {
      // What is added cannot be taken for what was there.
      const now = `user one\n${from}user two\n`;
      const merged = merge(from, to, now);
      assert.ok(merged === undefined || merged === `user one\n${to}user two\n`, merged);
    }),
    { numRuns: 500 },
  );
});
