import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonLines, storedTexts } from "./_json_line.ts";

Deno.test("jsonLines() and storedTexts() write what JSON.stringify() does", () => {
  let isOdd = false;
  const form = { maxBytes: 1_000_000, hasOddIds: () => isOdd };
  const [lineOf, textOf] = [jsonLines(form), storedTexts(form)];
  const message = fc.record({
    id: fc.oneof(fc.uuid(), fc.string({ unit: "binary" })),
    topic: fc.constantFrom("a", "a.b", 'q"\\'),
    seq: fc.nat(),
    ts: fc.oneof(fc.nat(), fc.double()),
    key: fc.string({ unit: "binary" }),
    value: fc.anything(),
  }, { requiredKeys: ["id", "topic", "seq", "ts"] });
  fc.assert(fc.property(message, (message) => {
    isOdd = JSON.stringify(message.id) !== `"${message.id}"`;
    let whole: string;
    try {
      whole = JSON.stringify(message);
    } catch {
      assert.throws(() => lineOf(message as never));
      return;
    }
    if (typeof message.value === "function" || typeof message.value === "symbol") return;
    assert.equal(lineOf(message as never), `${whole}\n`);
    const { topic: _topic, seq: _seq, ...stored } = message;
    assert.deepEqual(JSON.parse(textOf(message as never)), JSON.parse(JSON.stringify(stored)));
  }));
});

Deno.test("jsonLines() refuses what JSON cannot hold, and what is too large", () => {
  const lineOf = jsonLines({ maxBytes: 10, hasOddIds: () => false });
  const message = { id: "1", topic: "a", seq: 1, ts: 1 };
  for (const value of [() => {}, Symbol("s"), 1n, "a".repeat(11), { a: "a".repeat(9) }]) {
    assert.throws(() => lineOf({ ...message, value }), TypeError);
  }
});
