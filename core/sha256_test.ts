import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { sha256 } from "./sha256.ts";

Deno.test("sha256() gives what everybody's SHA-256 gives", () => {
  for (const length of [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 317, 318, 1000, 100_000]) {
    const text = "aü".repeat(length).slice(0, length);
    assert.equal(sha256(text), createHash("sha256").update(text).digest("hex"), `${length}`);
  }
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assert.equal(sha256(text), createHash("sha256").update(text).digest("hex"));
  }));
});
