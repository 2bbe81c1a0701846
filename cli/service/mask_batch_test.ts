import assert from "node:assert/strict";
import { maskBatch } from "./mask_batch.ts";

const rest = { ts: 5, continues: false, partial: true, ids: () => [] };

Deno.test("maskBatch() masks what has the form of a key, and keeps the rest as it is", () => {
  const plain = { ...rest, lines: ["GET /", "", "ERROR"], times: [1, 2, 3] };
  assert.equal(maskBatch(plain), plain);
  const masked = maskBatch({
    ...plain,
    lines: ["GET /", `key AKIA${"ABCDEFGHIJKLMNOP"}`, "ERROR"],
  });
  assert.deepEqual(masked, { ...plain, lines: ["GET /", "key [redacted]", "ERROR"] });
});

Deno.test("maskBatch() makes one line of a private key, and has no times then", () => {
  const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} PRIVATE KEY-----`);
  const lines = ["before", begin!, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", end!, "after"];
  const masked = maskBatch({ ...rest, lines, times: [1, 2, 3, 4, 5] });
  assert.deepEqual(masked, { ...rest, lines: ["before", "[redacted]", "after"] });
});
