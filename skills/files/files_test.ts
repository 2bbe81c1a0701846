import assert from "node:assert/strict";
import { openBench } from "../_testing.ts";
import cat from "./cat.ts";
import ls from "./ls.ts";
import tree from "./tree.ts";

Deno.test("ls lists folders first, marks them and links, and leaves out what is denied", async () => {
  await using bench = await openBench({
    "b.txt": "",
    "A/x": "",
    "z/y": "",
    ".env": "",
    ".hid": "",
  });
  await Deno.symlink(`${bench.root}/A`, `${bench.root}/link`);
  const { text, data } = await bench.run(ls);
  assert.equal(text, "A/\nlink/ (link)\nz/\n.hid\nb.txt");
  assert.equal(data.total, 5);
  assert.equal((await bench.run(ls, { path: "A" })).text, "x");
  assert.equal((await bench.run(ls, { path: "A/x" })).text, "x");
});

Deno.test("ls stops at 500 names and says how many more there are", async () => {
  await using bench = await openBench(
    Object.fromEntries(Array.from({ length: 507 }, (_, i) => [`f${1000 + i}`, ""])),
  );
  const { text, data } = await bench.run(ls);
  assert.equal(data.entries.length, 500);
  assert.match(text, /\n\.\.\. and 7 more/);
});

Deno.test("ls refuses what is outside or not there", async () => {
  await using bench = await openBench();
  await assert.rejects(bench.run(ls, { path: ".." }), { kind: "refused" });
  await assert.rejects(bench.run(ls, { path: "nowhere" }), { kind: "failed" });
  assert.equal((await bench.run(ls)).text, "(empty)");
});

Deno.test("tree draws folders first, by name whatever the case, down to the depth", async () => {
  await using bench = await openBench({
    "b.ts": "",
    "A.md": "",
    "Src/z/deep/x.ts": "",
    "Src/a.ts": "",
    "app/m.ts": "",
    "node_modules/x.js": "",
    ".hidden": "",
  });
  const { text, data } = await bench.run(tree);
  assert.deepEqual(ascii(text), [
    ".",
    "|-- app/",
    "|   `-- m.ts",
    "|-- Src/",
    "|   |-- z/",
    "|   `-- a.ts",
    "|-- A.md",
    "`-- b.ts",
  ]);
  assert.deepEqual(data, { root: ".", folders: 3, files: 4, truncated: false });
  const below = await bench.run(tree, { root: "Src/z", depth: 9 });
  assert.deepEqual(ascii(below.text), ["Src/z", "`-- deep/", "    `-- x.ts"]);
  const hidden = await bench.run(tree, { depth: 1, hidden: true });
  assert.ok(ascii(hidden.text).includes("|-- .hidden"));
});

Deno.test("tree says when it cut, and refuses a file", async () => {
  await using bench = await openBench(
    Object.fromEntries(Array.from({ length: 2_005 }, (_, i) => [`f${i}`, ""])),
  );
  const { text, data } = await bench.run(tree);
  assert.ok(data.truncated);
  assert.match(text, /\n\.\.\. cut after 2000/);
  assert.equal(text.split("\n").length, 2_002);
  await assert.rejects(bench.run(tree, { root: "f1" }), { kind: "failed" });
});

Deno.test("cat shows a file or a range of its lines", async () => {
  await using bench = await openBench({ "a.txt": "one\ntwo\nthree\n", "empty": "" });
  assert.equal((await bench.run(cat, { file: "a.txt" })).text, "one\ntwo\nthree");
  const { text, data } = await bench.run(cat, { file: "a.txt", start: 2, end: 9 });
  assert.equal(text, "two\nthree");
  assert.deepEqual(data, {
    path: "a.txt",
    start: 2,
    end: 3,
    lines: 3,
    truncated: false,
    text: "two\nthree",
  });
  assert.equal((await bench.run(cat, { file: "empty" })).text, "");
  await assert.rejects(bench.run(cat, { file: "a.txt", start: 4 }), /has 3 lines, none from 4 on/);
  await assert.rejects(bench.run(cat, { file: "a.txt", start: 3, end: 2 }), { kind: "usage" });
});

Deno.test("cat takes lines as a.txt:2, a.txt:2-3 and in a word of their own", async () => {
  const text = "one\ntwo\nthree\n";
  await using bench = await openBench({ "a.txt": text, "b:2": "its own\n" });
  const rows: [Parameters<typeof cat.run>[0], string][] = [
    [{ file: "a.txt:2" }, "two"],
    [{ file: "a.txt:2-3" }, "two\nthree"],
    [{ file: "a.txt", lines: "1-2" }, "one\ntwo"],
    [{ file: "a.txt", lines: "3" }, "three"],
    [{ file: "a.txt", start: 2, end: 2 }, "two"],
    [{ file: "b:2" }, "its own"],
  ];
  for (const [input, expected] of rows) {
    assert.equal((await bench.run(cat, input)).text, expected, JSON.stringify(input));
  }
  assert.deepEqual(cat.needs({ file: ".env:1" }, { root: bench.root, logs: "" }).read, [
    ".env:1",
    ".env",
  ]);
  await assert.rejects(bench.run(cat, { file: "a.txt:2", lines: "1" }), /given twice/);
  await assert.rejects(bench.run(cat, { file: "a.txt:3-2" }), /wrong way round/);
  await assert.rejects(bench.run(cat, { file: ".env:1" }), { kind: "refused" });
});

Deno.test("cat refuses binary and denied files", async () => {
  await using bench = await openBench({ "bin": "a\0b", ".env": "KEY=x" });
  await assert.rejects(bench.run(cat, { file: "bin" }), /binary/);
  await assert.rejects(bench.run(cat, { file: ".env" }), { kind: "refused" });
});

Deno.test("cat cuts at 512 KB at the end of a line, and says how to go on", async () => {
  const line = "\u00e9".repeat(500);
  await using bench = await openBench({
    "big": `${line}\n`.repeat(1_000),
    "line": "x".repeat(600_000),
    "exact": "x".repeat(512 * 1024),
  });
  const { text, data } = await bench.run(cat, { file: "big" });
  assert.ok(data.truncated);
  assert.equal(data.end, 523);
  assert.equal(data.text, Array(523).fill(line).join("\n"));
  assert.match(text, /\n\.\.\. cut at 512 KB, line 523 of 1000: go on with --start 524$/);
  assert.equal((await bench.run(cat, { file: "big", start: 524 })).data.end, 1000);
  const part = await bench.run(cat, { file: "line" });
  assert.equal(part.data.text.length, 512 * 1024);
  assert.match(part.text, /\n\.\.\. cut at 512 KB, inside line 1 of 1$/);
  assert.equal((await bench.run(cat, { file: "exact" })).data.truncated, false);
});

/** The lines of a drawing, in characters that everybody can type. */
function ascii(drawing: string): string[] {
  return drawing.replaceAll("\u2500", "-").replaceAll("\u2514", "`")
    .replace(/[\u251c\u2502]/g, "|").split("\n");
}
