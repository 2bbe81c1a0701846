import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_LINE, parseEvent, readLines } from "./protocol.ts";

/** A stream of bytes in pieces of these sizes. */
function streamOf(bytes: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = at + Math.max(1, sizes[i % sizes.length] ?? bytes.length);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return ReadableStream.from(pieces);
}

const encode = (text: string) => new TextEncoder().encode(text);
const chunking = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

Deno.test("readLines() gives the same lines, however the bytes come", async () => {
  const unit = fc.constantFrom("a", "\u00e4", "\u{1f600}", "\r", "\ufeff", "\0", " ");
  const line = fc.string({ unit, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(line), chunking, fc.boolean(), async (lines, sizes, ended) => {
      const text = lines.map((line) => `${line}\n`).join("") + (ended ? "" : "rest");
      const read = await Array.fromAsync(readLines(streamOf(encode(text), sizes)));
      assert.deepEqual(read, ended ? lines : [...lines, "rest"]);
    }),
  );
});

Deno.test("readLines() takes any bytes, also those cut in the middle of a letter", async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array(), chunking, async (bytes, sizes) => {
    const read = await Array.fromAsync(readLines(streamOf(bytes, sizes)));
    const whole = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split("\n");
    if (whole.at(-1) === "") whole.pop();
    assert.deepEqual(read, whole);
  }));
});

Deno.test("readLines() refuses a line that is too long before it has ended", async () => {
  const line = "x".repeat(100);
  const fits = await Array.fromAsync(readLines(streamOf(encode(`${line}\n${line}\n`), [33]), 100));
  assert.deepEqual(fits, [line, line]);
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1024 * 1024).fill(97));
    },
  });
  await assert.rejects(Array.fromAsync(readLines(endless)), RangeError);
  assert.ok(pulled * 1024 * 1024 <= MAX_LINE + 4 * 1024 * 1024, `${pulled} MiB were read`);
});

const EVENT = { v: 1, seq: 1, ts: 2, session: "s", type: "notice", data: { level: "info" } };

Deno.test("parseEvent() reads an event and nothing that lacks a part of one", () => {
  assert.deepEqual(parseEvent(JSON.stringify(EVENT)), EVENT);
  for (const key of Object.keys(EVENT)) {
    for (const value of [undefined, null, true, [], key === "data" ? "x" : {}]) {
      const line = JSON.stringify({ ...EVENT, [key]: value });
      assert.equal(parseEvent(line), undefined, line);
    }
  }
  assert.equal(parseEvent(JSON.stringify({ ...EVENT, v: 2 })), undefined);
});

Deno.test("parseEvent() never throws, and what it gives has the shape of an event", () => {
  const junk = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record(
      {
        v: fc.constantFrom(1, 2, "1"),
        seq: fc.anything(),
        ts: fc.anything(),
        session: fc.anything(),
        type: fc.anything(),
        data: fc.anything(),
      },
      { requiredKeys: [] },
    ).map((value) => JSON.stringify(value, (_, item) => typeof item === "bigint" ? 0 : item)),
  );
  fc.assert(fc.property(junk, (line) => {
    const event = parseEvent(line ?? "");
    if (event === undefined) return;
    assert.deepEqual([typeof event.seq, typeof event.ts, typeof event.type], [
      "number",
      "number",
      "string",
    ]);
    assert.ok(typeof event.data === "object" && event.data !== null && !Array.isArray(event.data));
  }));
});
