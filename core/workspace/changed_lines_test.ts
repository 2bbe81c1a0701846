import assert from "node:assert/strict";
import { changedLines } from "./changed_lines.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const span = (a: string, b: string) => changedLines(encode(a), encode(b));

Deno.test("changedLines() names the first and last line that differ", () => {
  assert.deepEqual(span("a\nb\nc\nd\n", "a\nB\nC\nd\n"), { start: 2, end: 3 });
  assert.deepEqual(span("a\nb\n", "a\nb\nc\n"), { start: 3, end: 3 });
  assert.deepEqual(span("a\nb\nc\n", "a\nc\n"), { start: 2, end: 2 });
  assert.deepEqual(span("", "a"), { start: 1, end: 1 });
});

Deno.test("changedLines() is undefined for equal bytes", () => {
  assert.equal(span("a\n", "a\n"), undefined);
});
