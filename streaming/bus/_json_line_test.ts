import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonLines } from "./_json_line.ts";

Deno.test("jsonLines() writes what JSON.stringify() writes of the whole message", () => {
  let isOdd = false;
  const lineOf = jsonLines(1_000_000, () => isOdd);
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
  }));
});

Deno.test("jsonLines() refuses what JSON cannot hold, and what is too large", () => {
  const lineOf = jsonLines(10, () => false);
  const message = { id: "1", topic: "a", seq: 1, ts: 1 };
  for (const value of [() => {}, Symbol("s"), 1n, "a".repeat(11), { a: "a".repeat(9) }]) {
    assert.throws(() => lineOf({ ...message, value }), TypeError);
  }
});
