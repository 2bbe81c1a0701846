import assert from "node:assert/strict";
import { maskLog } from "../../core/logs/mask_log.ts";
import { createLineMask } from "./mask_lines.ts";

Deno.test("createLineMask() masks a private key that comes line by line, and what follows it not", () => {
  const maskLines = createLineMask(maskLog);
  const mask = (lines: readonly string[]) => {
    const masked = maskLines(lines);
    masked.done();
    return masked.lines;
  };
  const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} PRIVATE KEY-----`);
  const lines = ["before", begin!, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "abc=", end!, "after"];
  assert.deepEqual(lines.flatMap((line) => mask([line])), [
    "before",
    ...Array(4).fill("[redacted]"),
    "after",
  ]);
  assert.deepEqual(mask([`key AKIA${"ABCDEFGHIJKLMNOP"}`, "b"]), ["key [redacted]", "b"]);
});

Deno.test("createLineMask() does not hide all that follows a key without an end", () => {
  const mask = createLineMask(maskLog);
  const { lines } = mask(["-----BEGIN PRIVATE KEY-----", ...Array(200).fill("line")]);
  assert.equal(lines.at(-1), "line");
});

Deno.test("createLineMask() masks the rest of a key again when it comes again", () => {
  const mask = createLineMask(maskLog);
  mask(["-----BEGIN PRIVATE KEY-----"]).done();
  const rest = ["MIIEvQIBADAN", "-----END PRIVATE KEY-----"];
  assert.deepEqual(mask(rest).lines, ["[redacted]", "[redacted]"]);
  assert.deepEqual(mask(rest).lines, ["[redacted]", "[redacted]"]);
});
