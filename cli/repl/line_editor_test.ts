import assert from "node:assert/strict";
import fc from "fast-check";
import { anyText } from "../ui/_test_any_text.ts";
import { graphemes, widthOf } from "../ui/width.ts";
import { createKeyDecoder, type Key } from "../ui/key_decoder.ts";
import { layOut } from "./_layout.ts";
import { type EditorState, reduce, shownBuffer, START } from "./_reduce.ts";
import { createLineReader, type LineInput } from "./line_editor.ts";

const HISTORY = ["git status", "grep fn main", "git diff", "ls"];

/** Types keys: text as it is, `<name>` for a key. */
function type(keys: string, history: readonly string[] = HISTORY, from = START): EditorState {
  let state = from;
  for (const [word] of keys.matchAll(/<[\w-]+>|[^<]/gs)) {
    const name = /^<(.+)>$/.exec(word)?.[1];
    const key: Key = name === undefined ? { name: "text", text: word } : { name, text: "" };
    state = reduce(state, key, history).state;
  }
  return state;
}

function line(keys: string): string {
  const { text, cursor } = shownBuffer(type(keys), HISTORY);
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

Deno.test("reduce() edits the line", () => {
  const cases: [string, string][] = [
    ["abc", "abc|"],
    ["abc<left><left>x", "ax|bc"],
    ["abc<home>x<end>y", "xabcy|"],
    ["abc<ctrl-a><right><ctrl-d>", "a|c"],
    ["abc<backspace><left><delete>", "a|"],
    ["one two  <ctrl-w>", "one |"],
    ["one/two<alt-backspace>", "one/|"],
    ["one two<alt-b><alt-b><alt-f>", "one| two"],
    ["one two<home><alt-d>", "| two"],
    ["one two<alt-b><ctrl-k>", "one |"],
    ["one two<alt-b><ctrl-u>", "|two"],
    ["one two<ctrl-w><ctrl-w><ctrl-y><ctrl-y>", "one twoone two|"],
    ["one two<ctrl-w><left><ctrl-y>", "onetwo| "],
    ["one two<home><alt-d><alt-d><ctrl-y>", "one two|"],
    ["x\u6f22y<left><backspace>", "x|y"],
    ["xe\u0301<backspace>", "x|"],
  ];
  for (const [keys, expected] of cases) assert.equal(line(keys), expected, keys);
});

Deno.test("reduce() goes through the history with the prefix kept", () => {
  const cases: [string, string][] = [
    ["<up>", "ls|"],
    ["<up><up>", "git diff|"],
    ["gi<up>", "git diff|"],
    ["gi<up><up>", "git status|"],
    ["gi<up><up><up>", "git status|"],
    ["gi<up><up><down>", "git diff|"],
    ["gi<up><down>", "gi|"],
    ["gi<up>x<up>", "git diffx|"],
    ["new<left><down>", "ne|w"],
  ];
  for (const [keys, expected] of cases) assert.equal(line(keys), expected, keys);
});

Deno.test("reduce() searches back", () => {
  const cases: [string, string][] = [
    ["<ctrl-r>git", "|git diff"],
    ["<ctrl-r>git<ctrl-r>", "|git status"],
    ["<ctrl-r>main", "grep fn |main"],
    ["<ctrl-r>main<end>!", "grep fn main!|"],
    ["<ctrl-r>git<ctrl-r><backspace>", "|git diff"],
    ["old<ctrl-r>git<ctrl-g>", "old|"],
    ["old<ctrl-r>zzz<escape>", "old|"],
  ];
  for (const [keys, expected] of cases) assert.equal(line(keys), expected, keys);
  assert.equal(type("<ctrl-r>zzz").search?.failed, true);
});

const anyKey: fc.Arbitrary<Key> = fc.oneof(
  fc.constantFrom(
    ..."left right home end up down tab backspace delete escape ctrl-a ctrl-b ctrl-d ctrl-e ctrl-f"
      .split(" "),
    ..."ctrl-g ctrl-k ctrl-r ctrl-u ctrl-w ctrl-y alt-b alt-d alt-f alt-backspace unknown".split(
      " ",
    ),
  ).map((name) => ({ name, text: "" })),
  fc.record({
    name: fc.constantFrom("text", "paste"),
    text: fc.oneof(anyText, fc.constantFrom("\u6f22", "\u0301", "a b", "\n")),
  }),
);

Deno.test("reduce() keeps the cursor between two characters whatever is pressed", () => {
  fc.assert(
    fc.property(fc.array(anyKey), fc.array(anyText), (keys, history) => {
      let state = START;
      for (const key of keys) {
        state = reduce(state, key, history).state;
        const { text, cursor } = shownBuffer(state, history);
        const head = graphemes(text.slice(0, cursor));
        assert.ok(cursor >= 0 && cursor <= text.length);
        assert.deepEqual([...head, ...graphemes(text.slice(cursor))], graphemes(text));
      }
    }),
  );
});

Deno.test("layOut() fills no row over the edge, shows no control and puts the cursor on a row", () => {
  const texts = fc.string({
    unit: fc.oneof(fc.constantFrom("\u6f22", "\x1b", "\n", "\u202e"), fc.string()),
  });
  fc.assert(fc.property(texts, fc.nat(), fc.integer({ min: 2, max: 30 }), (text, at, columns) => {
    const cursor = at % (text.length + 1);
    const { rows, row, column } = layOut("> ", text, cursor, columns);
    // deno-lint-ignore no-control-regex -- controls are what must not be there
    assert.doesNotMatch(rows.join(""), /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    for (const one of rows) assert.ok(widthOf(one) <= columns);
    assert.ok(widthOf(rows.at(-1)!) < columns);
    assert.ok(row >= 0 && row < rows.length && column >= 0 && column < columns);
  }));
});

Deno.test("layOut() wraps wide characters whole and shows controls", () => {
  assert.deepEqual(layOut("> ", "abc", 3, 5), { rows: ["> abc", ""], row: 1, column: 0 });
  assert.deepEqual(layOut("> ", "ab\u6f22", 3, 5), { rows: ["> ab", "\u6f22"], row: 1, column: 2 });
  assert.deepEqual(layOut("", "a\nb\x1b\u202e", 2, 40).rows, ["a\u21b5b^[<202e>"]);
  assert.deepEqual(layOut("> ", "\x1e\x1e", 1, 40), { rows: ["> ^^^^"], row: 0, column: 4 });
});

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("createKeyDecoder() knows keys, pastes and text", () => {
  const keys = createKeyDecoder().push(
    encode(
      "a\u6f22\r\x1b[A\x1bOH\x1b[1;5C\x1bb\x1b\x7f\x1b[200~x\r\ny\x1b[201~\x01\x1b[99;5u\x1b[3~",
    ),
  );
  assert.deepEqual(
    keys.map(({ name, text }) => text === "" ? name : `${name}:${text}`),
    ["text:a\u6f22", "enter", "up", "home", "alt-f", "alt-b", "alt-backspace", "paste:x\r\ny"]
      .concat(["ctrl-a", "unknown", "delete"]),
  );
});

Deno.test("createKeyDecoder() gives the same keys wherever the bytes are cut", () => {
  const input = encode("h\u00e9\x1b[A\x1bb\x1b[200~\u6f22\x1b[\x1b[201~\x1bOF\x1b[1;5Dz\u{1f600}");
  const whole = createKeyDecoder().push(input);
  fc.assert(fc.property(fc.array(fc.nat(input.length)), (cuts) => {
    const decoder = createKeyDecoder();
    const ends = [...cuts, input.length].sort((a, b) => a - b);
    const keys = ends.flatMap((end, i) => decoder.push(input.subarray(ends[i - 1] ?? 0, end)));
    const joined = (all: Key[]) =>
      all.map(({ name, text }) => name === "text" ? text : `<${name}${text}>`).join("");
    assert.equal(joined(keys), joined(whole));
  }));
});

Deno.test("createKeyDecoder() takes a lone Escape when nothing follows", () => {
  const decoder = createKeyDecoder();
  assert.deepEqual(decoder.push(encode("\x1b")), []);
  assert.equal(decoder.waiting, true);
  assert.deepEqual(decoder.flush().map((key) => key.name), ["escape"]);
  assert.deepEqual(decoder.push(encode("b")).map((key) => key.text), ["b"]);
});

Deno.test("createKeyDecoder() survives any bytes", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (chunks) => {
    const decoder = createKeyDecoder();
    for (const chunk of chunks) decoder.push(chunk);
    decoder.flush();
  }));
});

async function linesOf(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const queue = chunks.map((chunk) => typeof chunk === "string" ? encode(chunk) : chunk);
  const input: LineInput = {
    read(into) {
      const chunk = queue.shift();
      if (chunk === undefined) return Promise.resolve(null);
      into.set(chunk.subarray(0, into.length));
      if (chunk.length > into.length) queue.unshift(chunk.subarray(into.length));
      return Promise.resolve(Math.min(chunk.length, into.length));
    },
    setRaw: () => assert.fail("no terminal"),
    isTerminal: () => false,
  };
  const output = {
    write: () => assert.fail("no prompt without a terminal"),
    isTerminal: () => false,
    size: () => ({ columns: 80, rows: 24 }),
  };
  const reader = createLineReader({ prompt: "> ", input, output });
  const lines: string[] = [];
  for (let line = await reader.read(); line !== undefined; line = await reader.read()) {
    lines.push(line);
  }
  return lines;
}

Deno.test("createLineReader() reads plain lines of all kinds", async () => {
  assert.deepEqual(await linesOf(), []);
  assert.deepEqual(await linesOf("a\nb"), ["a", "b"]);
  assert.deepEqual(await linesOf("a\r", "\nb\r\n", "\n", "c\n"), ["a", "b", "", "c"]);
  assert.deepEqual(await linesOf(new Uint8Array([0x61, 0xff, 0x0a, 0xe6, 0xbc])), [
    "a\ufffd",
    "\ufffd",
  ]);
  assert.deepEqual(await linesOf(new Uint8Array([0xe6]), new Uint8Array([0xbc, 0xa2, 0x0a])), [
    "\u6f22",
  ]);
});

Deno.test("createLineReader() reads a huge line in linear time", async () => {
  const huge = "x".repeat(20_000_000);
  const started = performance.now();
  const [first, second] = await linesOf(`${huge}\n`, "end");
  assert.equal(first?.length, huge.length);
  assert.equal(second, "end");
  assert.ok(performance.now() - started < 3000);
});
