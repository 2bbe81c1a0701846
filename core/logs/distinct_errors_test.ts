import assert from "node:assert/strict";
import { distinctErrors } from "./distinct_errors.ts";

Deno.test("distinctErrors() counts lines that differ in times, numbers and ids as one", () => {
  const found = distinctErrors([
    "2025-01-02 10:00:01 ERROR user 7 not found in 0x7f3a",
    "2025-01-02 10:00:01 INFO 200 GET /",
    "2025-01-02 10:00:02 WARN slow query",
    "2025-01-02 10:00:03 ERROR user 8 not found in 0x7f3b",
    "2025-01-02 10:00:04 ERROR disk is full",
  ].join("\n"));
  assert.deepEqual(found.map(({ shape, count, first, last }) => [shape, count, first, last]), [
    ["ERROR user # not found in #", 2, 1, 4],
    ["ERROR disk is full", 1, 5, 5],
    ["WARN slow query", 1, 3, 3],
  ]);
  assert.equal(found[0]!.message, "2025-01-02 10:00:01 ERROR user 7 not found in 0x7f3a");
});

Deno.test("distinctErrors() passes over lines that only announce, and those that report success", () => {
  const found = distinctErrors([
    "Traceback (most recent call last):",
    '  File "/app/main.py", line 10, in <module>',
    "KeyError: 'x'",
    "INFO retry failed once, then fine",
    "12 passed, 0 failed",
  ].join("\n"));
  assert.deepEqual(found.map(({ message }) => message), ["KeyError: 'x'"]);
  assert.deepEqual(distinctErrors(""), []);
});

Deno.test("distinctErrors() is bounded: in how many, and how long", () => {
  const many = Array.from({ length: 9_000 }, (_, i) => `ERROR ${"xyz".repeat(i % 50)}${i} x`);
  assert.equal(distinctErrors(many.join("\n")).length, 10);
  assert.equal(distinctErrors(`ERROR ${"x".repeat(9_000)}`)[0]!.message.length, 2_000);
});
