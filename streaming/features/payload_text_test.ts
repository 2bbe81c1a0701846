import assert from "node:assert/strict";
import { payloadText } from "./payload_text.ts";

const text = (payload: unknown) => payloadText(payload)?.text;

Deno.test("payloadText() takes ctx before lines before message before value before JSON", () => {
  const all = { ctx: ["a", "b"], lines: ["c"], message: "d", value: "e" };
  assert.equal(text(all), "a\nb");
  assert.equal(text({ ...all, ctx: "no list" }), "c");
  assert.equal(text({ ...all, ctx: undefined, lines: undefined }), "d");
  assert.equal(text({ value: "e", message: null }), "e");
  assert.equal(text({ value: 0 }), "0");
  assert.equal(text({ value: { deep: ["ü"] } }), '{"deep":["ü"]}');
  assert.equal(text({ line: "x", ts: 1 }), '{"line":"x","ts":1}');
  assert.equal(text({ ctx: [] }), "");
});

Deno.test("payloadText() reads strings, lists, numbers and bytes, broken ones too", () => {
  assert.equal(text(" as it is\n"), " as it is\n");
  assert.equal(text(["a", 1, { b: 2 }, null]), 'a\n1\n{"b":2}\n');
  assert.equal(text(12.5), "12.5");
  assert.equal(text(new Uint8Array([0xc3, 0xa9, 0xff, 0x41])), "é\ufffdA");
  assert.equal(text(new Uint8Array([1, 0xe2, 0x82, 0xac]).subarray(1)), "€");
  assert.equal(text({ message: new Uint8Array([0x68, 0x69]).buffer }), "hi");
});

Deno.test("payloadText() gives undefined for what has no text, and throws for a circle", () => {
  for (const payload of [null, undefined, () => {}]) assert.equal(payloadText(payload), undefined);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  assert.throws(() => payloadText(circle), TypeError);
});

Deno.test("payloadText() keeps the first hundred keys in order, and ts if it is a number", () => {
  assert.deepEqual(payloadText({ ts: 7, message: "x" }), {
    text: "x",
    keys: ["message", "ts"],
    ts: 7,
  });
  assert.deepEqual(payloadText({ ts: "7", message: "x" })?.ts, undefined);
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
  assert.equal(payloadText(wide)?.keys?.length, 100);
});
