import assert from "node:assert/strict";
import fc from "fast-check";
import { LineBytes } from "./_line_bytes.ts";

Deno.test("bytes() gives what was added since the last clear(), in UTF-8", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 });
  const line = fc.oneof(text, text.map((text) => text.repeat(1_000)));
  fc.assert(
    fc.property(fc.array(fc.array(line), { maxLength: 5 }), (batches) => {
      const lines = new LineBytes();
      for (const batch of batches) {
        for (const line of batch) lines.add(`${line}\n`);
        const all = batch.map((line) => `${line}\n`).join("");
        assert.equal(new TextDecoder().decode(lines.bytes()), all);
        lines.clear();
      }
    }),
    { numRuns: 50 },
  );
});
