import assert from "node:assert/strict";
import fc from "fast-check";
import { OutputBuffer } from "./output_buffer.ts";

const encoder = new TextEncoder();

function bufferOf(cap: number, text: string, sizes: readonly number[]): OutputBuffer {
  const buffer = new OutputBuffer(cap);
  const bytes = encoder.encode(text);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = at + sizes[i % sizes.length]!;
    buffer.push(bytes.slice(at, end));
    at = end;
  }
  return buffer;
}

const letter = fc.constantFrom("a", "\u00e4", "\u20ac", "\u{1f600}", "\n", "\0");
const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

Deno.test("OutputBuffer gives back what fits, however it comes", () => {
  fc.assert(
    fc.property(fc.string({ unit: letter, maxLength: 200 }), chunkSizes, (whole, sizes) => {
      const buffer = bufferOf(encoder.encode(whole).length, whole, sizes);
      assert.equal(buffer.truncated, false);
      assert.equal(buffer.text(), whole);
    }),
  );
});

Deno.test("OutputBuffer keeps whole lines of both ends and counts every byte left out", () => {
  const lines = fc.array(fc.stringMatching(/^[a-z]{0,12}$/), { minLength: 1, maxLength: 60 });
  fc.assert(fc.property(lines, fc.integer({ min: 8, max: 90 }), chunkSizes, (lines, cap, sizes) => {
    const text = lines.map((line) => `${line}\n`).join("");
    const buffer = bufferOf(cap, text, sizes);
    assert.equal(buffer.truncated, text.length > cap);
    if (!buffer.truncated) return;
    const [head, count, tail] = buffer.text().split(/\n\.\.\. \[(\d+) bytes left out\] \.\.\.\n/);
    assert.ok(text.startsWith(head!) && text.endsWith(tail!));
    const newline = Number(text[head!.length] === "\n" && head!.length < Math.floor(cap / 4));
    assert.equal(head!.length + newline + Number(count) + tail!.length, text.length);
    assert.ok(head!.length + tail!.length <= cap);
  }));
});

Deno.test("OutputBuffer does not cut a token in two where lines can be kept whole", () => {
  const secret = "token=abcdefghijklmnopqrstuvwxyz";
  const text = `start\n${secret}\n${"noise\n".repeat(100)}${secret}\nend\n`;
  for (let cap = 40; cap < 400; cap++) {
    const kept = bufferOf(cap, text, [7]).text();
    assert.doesNotMatch(kept.replaceAll(secret, ""), /token=|wxyz/, `cap ${cap}`);
  }
});

Deno.test("OutputBuffer cuts a line that is longer than all it keeps", () => {
  const kept = bufferOf(100, "x".repeat(1_000), [30]).text();
  assert.equal(kept, `${"x".repeat(25)}\n... [900 bytes left out] ...\n${"x".repeat(75)}`);
});
