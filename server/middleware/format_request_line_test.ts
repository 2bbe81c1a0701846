import assert from "node:assert/strict";
import fc from "fast-check";
import { formatRequestLine } from "./format_request_line.ts";
import type { RequestLine } from "./request_line.ts";

Deno.test("formatRequestLine() writes what JSON.stringify writes, whatever a path holds", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('"', "\\", "\n\0", "\u2028é😀", "\ud800"));
  const line = fc.record({
    ts: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
    level: fc.constantFrom("INFO", "WARNING", "ERROR"),
    source: fc.constant("server"),
    message: text,
    context: fc.record({
      ...{ method: text, path: text, status: fc.nat(599) },
      duration_ms: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
      peer: fc.option(text),
    }, { noNullPrototype: true }),
    trace_id: text,
  }, { noNullPrototype: true }) as fc.Arbitrary<RequestLine>;
  fc.assert(fc.property(line, (line) => {
    assert.equal(formatRequestLine(line), JSON.stringify(line));
  }));
});
