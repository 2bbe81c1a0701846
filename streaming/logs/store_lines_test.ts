import assert from "node:assert/strict";
import fc from "fast-check";
import { openMemoryStore } from "../../core/store/memory.ts";
import { type LineBatch, tailedLines } from "./line_sink.ts";
import { appendLines } from "./store_lines.ts";

Deno.test("appendLines() stores what tailedLines() says, whatever the lines are", async () => {
  const text = fc.string({ unit: "binary" });
  const batches = fc.record({
    lines: fc.array(text, { maxLength: 4 }),
    ts: fc.nat(),
    times: fc.option(fc.array(fc.nat(), { maxLength: 4 }), { nil: undefined }),
    partial: fc.boolean(),
    continues: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(batches, async (fields) => {
      const store = openMemoryStore();
      const batch = { ...fields, ids: () => [] } as unknown as LineBatch;
      await store.commit(appendLines("raw")(batch));
      const entries = await store.read("raw");
      assert.deepEqual(
        entries.map(({ value }) => value),
        JSON.parse(JSON.stringify(tailedLines(batch))),
      );
    }),
  );
});
