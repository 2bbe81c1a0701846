import assert from "node:assert/strict";
import fc from "fast-check";
import { LineSplitter, type Piece } from "./_line_splitter.ts";

const MAX = 40;

/** All lines of some bytes that come in chunks of these sizes; pieces of a line are joined. */
function split(bytes: Uint8Array, sizes: readonly number[], maxLine = MAX): {
  lines: string[];
  pieces: Piece[];
  ends: number[];
} {
  const splitter = new LineSplitter({ offset: 0, continues: false, maxLine });
  const pieces: Piece[] = [];
  const ends: number[] = [];
  const take = (piece: Piece | undefined) => {
    if (piece === undefined) return;
    pieces.push(piece);
    ends.push(...piece.ends());
  };
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const chunk = bytes.slice(at, at + Math.max(1, sizes[i % sizes.length]!));
    for (const piece of splitter.push(chunk, at)) take(piece);
    at += chunk.length;
  }
  take(splitter.flush(true));
  return { lines: pieces.flatMap(({ lines }) => lines), pieces, ends };
}

const encode = (text: string) => new TextEncoder().encode(text);

/** Bytes that are mostly what makes splitting hard. */
const HARD = fc.array(
  fc.oneof(
    fc.constantFrom(..."\n\r\0a\u00e9\u20ac\u{1f600}\uFEFF").map(encode),
    fc.constantFrom("\r\n", "word ", "a longer run of letters").map(encode),
    fc.uint8Array({ minLength: 1, maxLength: 3 }),
  ),
  { maxLength: 60 },
).map((parts) => new Uint8Array(parts.flatMap((part) => [...part])));

const SIZES = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });

Deno.test("LineSplitter gives the same lines and positions however the bytes are cut", () => {
  fc.assert(
    fc.property(HARD, SIZES, (bytes, sizes) => {
      const whole = split(bytes, [Math.max(1, bytes.length)]);
      const cut = split(bytes, sizes);
      assert.deepEqual(cut.lines, whole.lines);
      assert.deepEqual(cut.ends, whole.ends);
      assert.equal(cut.ends.length, cut.lines.length);
    }),
    { numRuns: 1500 },
  );
});

Deno.test("LineSplitter loses no text: joined lines are the decoded bytes without NUL and ends", () => {
  fc.assert(
    fc.property(HARD, SIZES, (bytes, sizes) => {
      const { pieces } = split(bytes, sizes);
      let joined = "";
      for (const { lines, partial } of pieces) joined += lines.join("\n") + (partial ? "" : "\n");
      const bare = (text: string) => text.replace(/[\r\n\0\uFEFF\uFFFD]/g, "");
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      assert.equal(bare(joined), bare(text));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("LineSplitter takes up at the end of any line where it stopped", () => {
  fc.assert(
    fc.property(HARD, SIZES, fc.nat(), (bytes, sizes, pick) => {
      const { lines, ends, pieces } = split(bytes, sizes);
      if (ends.length === 0) return;
      const at = pick % ends.length;
      const partial = pieces.flatMap((piece) =>
        piece.lines.map((_, i) => piece.partial && i === piece.lines.length - 1)
      );
      const again = new LineSplitter({
        offset: ends[at]!,
        continues: partial[at]!,
        maxLine: MAX,
      });
      const rest = again.push(bytes.subarray(ends[at]!), ends[at]!);
      const last = again.flush(true);
      const found = [...rest, ...last ? [last] : []].flatMap(({ lines }) => lines);
      assert.deepEqual(found, lines.slice(at + 1));
    }),
    { numRuns: 1500 },
  );
});

Deno.test("LineSplitter cuts long lines between characters and marks the pieces", () => {
  const { pieces } = split(encode(`short\n${"\u20ac".repeat(20)}xy\nend\n`), [7], 16);
  assert.deepEqual(
    pieces.filter(({ lines }) => lines.length > 0)
      .map(({ lines, continues, partial }) => [lines.join("|"), continues, partial]),
    [
      ["short", false, false],
      ["\u20ac".repeat(5), false, true],
      ["\u20ac".repeat(5), true, true],
      ["\u20ac".repeat(5), true, true],
      ["\u20ac".repeat(5) + "x", true, true],
      ["y", true, false],
      ["end", false, false],
    ],
  );
});

Deno.test("LineSplitter: a flushed line goes on, and its mere end is no line of its own", () => {
  const splitter = new LineSplitter({ offset: 0, continues: false, maxLine: MAX });
  splitter.push(encode("half a \u20ac").slice(0, 9), 0);
  const first = splitter.flush()!;
  assert.deepEqual([first.lines, first.end, first.partial], [["half a "], 7, true]);
  assert.equal(splitter.flush(), undefined, "half a character waits");
  assert.equal(splitter.held, 2);
  const [second] = splitter.push(encode("half a \u20ac!\nnext\n").slice(9), 9);
  assert.deepEqual([second!.lines, second!.continues], [["\u20ac!", "next"], true]);
  splitter.push(encode("whole\r"), 17);
  assert.deepEqual(splitter.flush()!.lines, ["whole"]);
  const [third] = splitter.push(encode("\nlast\n"), 23);
  assert.deepEqual([third!.lines, third!.continues], [["last"], false]);
});

Deno.test("LineSplitter passes over a hole of NULs in constant memory", () => {
  const splitter = new LineSplitter({ offset: 0, continues: false, maxLine: 1024 });
  const hole = new Uint8Array(256 * 1024);
  let at = 0;
  for (let i = 0; i < 40; i++) {
    const [piece] = splitter.push(hole, at);
    at += hole.length;
    assert.deepEqual([piece!.lines, piece!.end, splitter.held], [[], at, 0]);
  }
  assert.deepEqual(splitter.push(encode("\0\0after the hole\n"), at)[0]!.lines, ["after the hole"]);
});
