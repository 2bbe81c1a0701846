import assert from "node:assert/strict";
import fc from "fast-check";
import { applyEdits, type Edit } from "./apply_edits.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

/** A file, edits `old => new`, and the file wanted after; or what the error must say. */
interface Case {
  readonly name: string;
  readonly file: string | Uint8Array;
  readonly edits: readonly (readonly [old: string, fresh: string, all?: true])[];
  readonly becomes?: string;
  readonly tier?: number;
  readonly error?: RegExp;
}

const PY = "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\n";
const TABS = "func f() {\n\tif x {\n\t\treturn 1\n\t}\n}\n";

const CASES: readonly Case[] = [
  // Exact.
  { name: "a word", file: "a b c\n", edits: [["b", "B"]], becomes: "a B c\n", tier: 1 },
  { name: "a line", file: "a\nb\nc\n", edits: [["b\n", "B\n"]], becomes: "a\nB\nc\n" },
  { name: "several lines", file: "a\nb\nc\n", edits: [["a\nb", "x"]], becomes: "x\nc\n" },
  {
    name: "deleting a line leaves no blank one",
    file: "a\nb\nc\n",
    edits: [["b\n", ""]],
    becomes: "a\nc\n",
  },
  {
    name: "patterns of replace() are plain text",
    file: "a\n",
    edits: [["a", "$& $1 $$ \\n \\1"]],
    becomes: "$& $1 $$ \\n \\1\n",
  },
  {
    name: "signs of regular expressions are plain text",
    file: "f(x)*.+?[a]\n",
    edits: [["(x)*.+?[a]", "y"]],
    becomes: "fy\n",
  },
  {
    name: "emoji and combining letters",
    file: "a \u{1F600} e\u0301\n",
    edits: [["\u{1F600}", "\u{1F601}"]],
    becomes: "a \u{1F601} e\u0301\n",
  },
  { name: "the whole file", file: "a\nb\n", edits: [["a\nb\n", "c\n"]], becomes: "c\n" },
  { name: "emptying a file", file: "a\n", edits: [["a\n", ""]], becomes: "" },
  { name: "blanks alone", file: "a  b c\n", edits: [["  ", " "]], becomes: "a b c\n" },
  {
    name: "insertion beside a match keeps its neighbours",
    file: "\ta \n\tb \n",
    edits: [["a", "a, x"]],
    becomes: "\ta, x \n\tb \n",
  },
  {
    name: "one letter in a long line",
    file: `${"x".repeat(100_000)}y\n`,
    edits: [["y", "z"]],
    becomes: `${"x".repeat(100_000)}z\n`,
  },

  // Final newline.
  {
    name: "last line without newline, `old` with one",
    file: "a\nb",
    edits: [["b\n", "c\n"]],
    becomes: "a\nc",
  },
  {
    name: "last line without newline is deleted",
    file: "a\nb",
    edits: [["b\n", ""]],
    becomes: "a",
  },
  { name: "no newline is added by `new`", file: "a\nb", edits: [["b", "c\n"]], becomes: "a\nc" },
  {
    name: "the final newline is not lost",
    file: "a\nb\n",
    edits: [["b\n", "c"]],
    becomes: "a\nc\n",
  },
  {
    name: "the final newline stays when its line's rest is cut",
    file: "ab\n",
    edits: [["b\n", ""]],
    becomes: "a\n",
  },
  {
    name: "the final newline stays after deleting the last line",
    file: "a\nb\n",
    edits: [["b\n", ""]],
    becomes: "a\n",
  },
  {
    name: "two lines at an end without newline",
    file: "a\nb\nc",
    edits: [["b\nc\n", "x\ny\n"]],
    becomes: "a\nx\ny",
  },

  // Line ends.
  {
    name: "CRLF file, LF edit",
    file: "a\r\nb\r\nc\r\n",
    edits: [["a\nb", "x\ny\nz"]],
    becomes: "x\r\ny\r\nz\r\nc\r\n",
    tier: 1,
  },
  {
    name: "CRLF file, CRLF edit",
    file: "a\r\nb\r\n",
    edits: [["a\r\nb", "x\r\ny"]],
    becomes: "x\r\ny\r\n",
  },
  { name: "LF file, CRLF edit", file: "a\nb\n", edits: [["a\r\nb", "x\r\ny"]], becomes: "x\ny\n" },
  {
    name: "CRLF without final newline",
    file: "a\r\nb",
    edits: [["b\n", "c\nd\n"]],
    becomes: "a\r\nc\r\nd",
  },
  {
    name: "mixed ends: each line keeps its own",
    file: "a\r\nb\nc\r\nd\n",
    edits: [["b\nc\n", "B\nC\n"]],
    becomes: "a\r\nB\nC\r\nd\n",
  },
  {
    name: "mixed ends: an added line takes the end above",
    file: "a\r\nb\nc\n",
    edits: [["a\nb", "a\nnew\nb"]],
    becomes: "a\r\nnew\r\nb\nc\n",
  },
  {
    name: "mixed ends: an added line below LF",
    file: "a\r\nb\nc\r\n",
    edits: [["b\nc\n", "b\nnew\nc\n"]],
    becomes: "a\r\nb\nnew\nc\r\n",
  },
  {
    name: "a lone CR is no line end",
    file: "a\rb\nc\n",
    edits: [["c", "d"]],
    becomes: "a\rb\nd\n",
  },
  { name: "one line without any end", file: "a", edits: [["a", "a\nb"]], becomes: "a\nb" },

  // Encoding.
  {
    name: "a byte order mark stays",
    file: "\uFEFFa\nb\n",
    edits: [["a", "x"]],
    becomes: "\uFEFFx\nb\n",
  },
  {
    name: "a byte order mark and CRLF",
    file: "\uFEFFa\r\nb\r\n",
    edits: [["a\n", "x\ny\n"]],
    becomes: "\uFEFFx\r\ny\r\nb\r\n",
  },
  { name: "a mark inside is text", file: "a\uFEFFb\n", edits: [["b", "c"]], becomes: "a\uFEFFc\n" },
  {
    name: "Latin-1",
    file: new Uint8Array([97, 0xe9, 10]),
    edits: [["a", "b"]],
    error: /not UTF-8/,
  },
  {
    name: "UTF-16",
    file: new Uint8Array([0xff, 0xfe, 97, 0]),
    edits: [["a", "b"]],
    error: /binary/,
  },
  {
    name: "overlong UTF-8",
    file: new Uint8Array([0xc0, 0xaf, 10]),
    edits: [["a", "b"]],
    error: /not UTF-8/,
  },
  {
    name: "a surrogate as UTF-8",
    file: new Uint8Array([97, 0xed, 0xa0, 0x80]),
    edits: [["a", "b"]],
    error: /not UTF-8/,
  },
  { name: "NUL", file: "a\0b\n", edits: [["a", "b"]], error: /binary/ },
  {
    name: "half an emoji in `old`",
    file: "\u{1F600}\n",
    edits: [["\uD83D", "x"]],
    error: /half a character/,
  },
  {
    name: "half an emoji in `new`",
    file: "a\n",
    edits: [["a", "\uDE00"]],
    error: /half a character/,
  },

  // Second tier: blanks at the ends of lines.
  {
    name: "trailing blanks in the file",
    file: "a  \nb\t\nc\n",
    edits: [["a\nb", "x\ny"]],
    becomes: "x\ny\nc\n",
    tier: 2,
  },
  {
    name: "trailing blanks in `old`",
    file: "a\nb\nc\n",
    edits: [["a \nb ", "x\ny"]],
    becomes: "x\ny\nc\n",
    tier: 2,
  },
  {
    name: "trailing blanks elsewhere stay",
    file: "k  \na  \nb\nl \n",
    edits: [["a\nb", "x"]],
    becomes: "k  \nx\nl \n",
  },
  {
    name: "blank lines with blanks",
    file: "a\n   \nb\n",
    edits: [["a\n\nb", "x\n\ny"]],
    becomes: "x\n\ny\n",
    tier: 2,
  },
  {
    name: "trailing blanks, CRLF",
    file: "a \r\nb\r\n",
    edits: [["a\nb\n", "x\ny\n"]],
    becomes: "x\r\ny\r\n",
    tier: 2,
  },
  {
    name: "trailing blanks, part of a line only",
    file: "xa  \nb\n",
    edits: [["a\nb", "y"]],
    error: /not found/,
  },
  {
    name: "trailing blanks, two places",
    file: "a \nb\n\na\t\nb\n",
    edits: [["a\nb", "x"]],
    error: /2 places \(lines 1, 4\)/,
  },
  {
    name: "exact once wins over a looser second",
    file: "a\nb\na \nb\n",
    edits: [["a\nb", "x"]],
    becomes: "x\na \nb\n",
    tier: 1,
  },

  // Third tier: characters that look alike.
  {
    name: "curly quotes in the file",
    file: "say(\u201Chi\u201D)\n\u201Ckept\u201D\n",
    edits: [['say("hi")', "say('yo')"]],
    becomes: "say('yo')\n\u201Ckept\u201D\n",
    tier: 3,
  },
  {
    name: "curly quotes in `old`",
    file: "it's\n",
    edits: [["it\u2019s", "that's"]],
    becomes: "that's\n",
    tier: 3,
  },
  {
    name: "a dash and a no-break space",
    file: "a\u00A0\u2014 b\n",
    edits: [["a - b", "c"]],
    becomes: "c\n",
    tier: 3,
  },
  {
    name: "composed and decomposed letters",
    file: "caf\u00E9 au lait\n",
    edits: [["cafe\u0301 au lait", "tea"]],
    becomes: "tea\n",
    tier: 3,
  },
  {
    name: "letters of other scripts are not alike",
    file: "p\u0430y\n",
    edits: [["pay", "x"]],
    error: /not found/,
  },
  {
    name: "look-alikes in two places",
    file: "\u201Ca\u201D\nx\n\u2018\u2018\n\u201Ea\u201C\n",
    edits: [['"a"', "b"]],
    error: /2 places/,
  },
  {
    name: "look-alikes in part of a line",
    file: "x \u201Ca\u201D y\n",
    edits: [['"a"', "b"]],
    error: /not found/,
  },

  // Fourth tier: indentation.
  {
    name: "less indented as given",
    file: PY,
    edits: [["def f(self):\n    return 1", "def f(self):\n    return 3"]],
    becomes: PY.replace("1", "3"),
    tier: 4,
  },
  {
    name: "more indented as given",
    file: "def f():\n    return 1\n",
    edits: [[
      "    def f():\n        return 1\n",
      "    def f():\n        x = 1\n\n        return x\n",
    ]],
    becomes: "def f():\n    x = 1\n\n    return x\n",
    tier: 4,
  },
  {
    name: "spaces for tabs",
    file: TABS,
    edits: [["    if x {\n        return 1\n    }", "    if y {\n        return 2\n    }"]],
    becomes: TABS.replace("x", "y").replace("1", "2"),
    tier: 4,
  },
  {
    name: "two spaces for tabs",
    file: TABS,
    edits: [["  if x {\n    return 1\n  }", "  if x {\n    log()\n    return 1\n  }"]],
    becomes: TABS.replace("\t\treturn", "\t\tlog()\n\t\treturn"),
    tier: 4,
  },
  {
    name: "tabs for spaces",
    file: "a {\n  b {\n    c\n  }\n}\n",
    edits: [["\tb {\n\t\tc\n\t}", "\tb {\n\t\td\n\t}"]],
    becomes: "a {\n  b {\n    d\n  }\n}\n",
    tier: 4,
  },
  {
    name: "an offset that is not uniform",
    file: PY,
    edits: [["def f(self):\n  return 1", "x"]],
    error: /not found/,
  },
  {
    name: "`new` that cannot lose the offset",
    file: "f():\n  a\n",
    edits: [["  f():\n    a", "f():\n  b"]],
    error: /another indentation/,
  },
  {
    name: "`new` that is not in whole tabs",
    file: TABS,
    edits: [["    if x {\n        return 1\n    }", "    if x {\n      return 1\n    }"]],
    error: /another indentation/,
  },
  {
    name: "indentation, two places",
    file: "if a:\n    x\n    y\nif b:\n        x\n        y\n",
    edits: [["x\n\ty", "z"]],
    error: /not found/,
  },
  {
    name: "the same block twice, indented otherwise",
    file: "a:\n  x = 1\n  y = 2\nb:\n    x = 1\n    y = 2\n",
    edits: [["\tx = 1\n\ty = 2", "\tz"]],
    error: /2 places \(lines 2, 5\)/,
  },
  {
    name: "indentation, CRLF",
    file: "a:\r\n    b\r\n    c\r\n",
    edits: [["  b\n  c\n", "  b\n  d\n"]],
    becomes: "a:\r\n    b\r\n    d\r\n",
    tier: 4,
  },

  // Uniqueness.
  {
    name: "two places",
    file: "a\nb\na\n",
    edits: [["a", "x"]],
    error: /2 places \(lines 1, 3\): add lines above or below/,
  },
  { name: "overlapping places count", file: "aaa\n", edits: [["aa", "x"]], error: /2 places/ },
  {
    name: "overlapping lines count",
    file: "a\nb\na\nb\na\n",
    edits: [["a\nb\na", "x"]],
    error: /2 places \(lines 1, 3\)/,
  },
  { name: "all places", file: "a b a\na\n", edits: [["a", "x", true]], becomes: "x b x\nx\n" },
  { name: "all places, overlapping", file: "aaa\n", edits: [["aa", "x", true]], error: /overlap/ },
  {
    name: "all places by a looser tier",
    file: "a \nb\n",
    edits: [["a\nb", "x", true]],
    error: /not found/,
  },
  {
    name: "a prefix of a longer word stands there too",
    file: "foo = 1\nfoobar = 2\n",
    edits: [["foo", "x"]],
    error: /2 places/,
  },
  {
    name: "the last line looks like another with a newline",
    file: "a\nb\na",
    edits: [["a\n", "x\n"]],
    error: /2 places/,
  },

  // Several edits.
  { name: "two edits", file: "a\nb\nc\n", edits: [["a", "x"], ["c", "z"]], becomes: "x\nb\nz\n" },
  {
    name: "in any order",
    file: "a\nb\nc\n",
    edits: [["c", "z"], ["a", "x\ny"]],
    becomes: "x\ny\nb\nz\n",
  },
  { name: "touching", file: "ab\n", edits: [["a", "x"], ["b", "y"]], becomes: "xy\n" },
  {
    name: "located in the original",
    file: "a\nb\n",
    edits: [["a", "b"], ["b", "c"]],
    becomes: "b\nc\n",
  },
  {
    name: "overlapping",
    file: "abc\n",
    edits: [["ab", "x"], ["bc", "y"]],
    error: /edits 1 and 2 overlap at line 1/,
  },
  {
    name: "one inside the other",
    file: "a\nb\nc\n",
    edits: [["a\nb\nc", "x"], ["b", "y"]],
    error: /overlap/,
  },
  { name: "the same twice", file: "a\n", edits: [["a", "x"], ["a", "x"]], error: /overlap/ },
  {
    name: "one that is missing",
    file: "a\nb\n",
    edits: [["a", "x"], ["q", "y"]],
    error: /nothing was written\nedit 1 fits at line 1\nedit 2: `old` not found/,
  },

  // Refused.
  { name: "an empty `old`", file: "a\n", edits: [["", "x"]], error: /`old` is empty/ },
  {
    name: "an empty `old` in an empty file",
    file: "",
    edits: [["", "x"]],
    error: /`old` is empty/,
  },
  { name: "no difference", file: "a\n", edits: [["a", "a"]], error: /are the same/ },
  {
    name: "no difference but line ends",
    file: "a\nb\n",
    edits: [["a\nb", "a\r\nb"]],
    error: /are the same/,
  },
  {
    name: "text left out",
    file: "a\nb\nc\n",
    edits: [["a\nb\nc", "x\n// ... rest of code ...\n"]],
    error: /leaves text out/,
  },
  {
    name: "dots that were there",
    file: "a\n# ...\nb\n",
    edits: [["a\n# ...", "x\n# ..."]],
    becomes: "x\n# ...\nb\n",
  },
  { name: "no edits", file: "a\n", edits: [], error: /no edits/ },
  {
    name: "a near miss",
    file: "function add(a, b) {\n  return a + b;\n}\n",
    edits: [["function add(x, b) {\n  return x + b;\n}", "x"]],
    error: /most similar, lines 1-3 \(\d+ % alike\):\n1: function add\(a, b\) \{/,
  },
  {
    name: "a miss by blanks inside",
    file: "x  =  1\n",
    edits: [["x = 1", "x = 2"]],
    error: /only blanks differ\):\n1: x\u00B7\u00B7=\u00B7\u00B71/,
  },
  {
    name: "applied already",
    file: "value = 2\n",
    edits: [["value = 1", "value = 2"]],
    error: /already stands at line 1: applied already\?/,
  },
  {
    name: "first and last line alone are no anchors",
    file: "f() {\n  a\n  b\n}\n",
    edits: [["f() {\n  x\n  y\n}", "z"]],
    error: /not found/,
  },
  { name: "case differs", file: "Value\n", edits: [["value", "x"]], error: /not found/ },
];

for (const { name, file, edits, becomes, tier, error } of CASES) {
  Deno.test(`applyEdits(): ${name}`, () => {
    const bytes = typeof file === "string" ? encode(file) : file;
    const list = edits.map(([old, fresh, all]): Edit => ({
      old,
      new: fresh,
      ...(all && { replaceAll: true }),
    }));
    const before = bytes.slice();
    if (error) {
      assert.throws(() => applyEdits("f", bytes, list), (thrown: Error & { line?: string }) => {
        assert.equal(thrown.name, "UserError", thrown.stack);
        assert.match(thrown.line ?? "", error);
        return true;
      });
    } else {
      const edited = applyEdits("f", bytes, list);
      assert.equal(decode(edited.bytes), becomes);
      if (tier !== undefined) assert.equal(edited.proofs[0]?.tier, tier);
    }
    assert.deepEqual(bytes, before);
  });
}

Deno.test("applyEdits() proves each edit by tier, count and lines", () => {
  const file = encode("a\nb\nc\nd \ne\nb2\n");
  const { proofs } = applyEdits("f", file, [
    { old: "b\nc", new: "x\ny\nz" },
    { old: "d\ne", new: "q" },
    { old: "b2\n", new: "" },
  ]);
  assert.deepEqual(proofs, [
    { tier: 1, count: 1, before: [2, 3], after: [2, 4] },
    { tier: 2, count: 1, before: [4, 5], after: [5, 5] },
    { tier: 1, count: 1, before: [6, 6], after: [6, 6] },
  ]);
});

Deno.test("applyEdits() of a unique piece does what splicing does, whatever the text", () => {
  const line = fc.constantFrom("a", "b", "  a", "\tb", "", "a ", "\u201Ca\u201D", "e\u0301");
  const end = fc.constantFrom("\n", "\r\n");
  const text = fc.array(fc.tuple(line, end), { minLength: 1, maxLength: 12 })
    .map((lines) => lines.map(([text, end]) => text + end).join(""));
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), fc.string(), (raw, from, length, fresh) => {
      const lf = raw.replaceAll("\r\n", "\n");
      const start = from % lf.length;
      const old = lf.slice(start, start + 1 + length % (lf.length - start));
      const marked = `<${fresh.replace(/[\r\n]/g, "")}>`;
      const unique = lf.indexOf(old) === lf.lastIndexOf(old);
      let result: string | undefined;
      try {
        const { bytes } = applyEdits("f", encode(raw), [{ old, new: marked }]);
        result = decode(bytes).replaceAll("\r\n", "\n");
      } catch (error) {
        assert.equal((error as Error).name, "UserError");
      }
      if (!unique) return assert.equal(result, undefined);
      const spliced = lf.slice(0, start) + marked + lf.slice(start + old.length);
      assert.equal(result, spliced.endsWith("\n") ? spliced : `${spliced}\n`);
    }),
    { numRuns: 500 },
  );
});

Deno.test("applyEdits() keeps every line end outside the place", () => {
  const ends = fc.array(fc.constantFrom("\n", "\r\n"), { minLength: 4, maxLength: 9 });
  fc.assert(fc.property(ends, fc.nat(), (ends, at) => {
    const raw = ends.map((end, i) => `line ${i}${end}`).join("");
    const i = at % ends.length;
    const { bytes } = applyEdits("f", encode(raw), [{ old: `line ${i}\n`, new: `x\ny\n` }]);
    const above = ends[i]!;
    assert.equal(decode(bytes), raw.replace(`line ${i}${above}`, `x${above}y${above}`));
  }));
});

Deno.test("applyEdits() edits 10,000 lines in 20 places within the budget", () => {
  const file = encode(Array.from({ length: 10_000 }, (_, i) => `  const v${i} = ${i};\n`).join(""));
  const edits = Array.from({ length: 20 }, (_, i) => ({
    old: `const v${i * 500 + 7} = ${i * 500 + 7};`,
    new: `const v${i * 500 + 7} = f(${i});`,
  }));
  applyEdits("warm", file, edits);
  const start = performance.now();
  applyEdits("f", file, edits);
  const ms = performance.now() - start;
  assert.ok(ms < 250, `${ms} ms`);
});
