import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { chunksOf } from "./_chunks.ts";

/** `start-end: symbols` of each chunk. */
function shape(path: string, text: string, options?: Parameters<typeof chunksOf>[2]): string[] {
  return chunksOf(path, text, options).map(({ start, end, symbols }) =>
    `${start}-${end}: ${symbols.join(" ")}`
  );
}

Deno.test("chunksOf() makes a chunk of each top-level function and class, comments included", () => {
  const python = [
    "import os",
    "",
    "# says hello",
    "@cache",
    "def hello(",
    "    name,",
    "):",
    "    return name",
    "",
    "class Agent:",
    "    def run(self):",
    "        pass",
    "",
    "LIMIT = 3",
  ];
  assert.deepEqual(shape("a.py", python.join("\n")), [
    "1-2: ",
    "3-8: hello",
    "10-12: Agent run",
    "13-14: ",
  ]);
  const typescript = [
    'import { x } from "y";',
    "/** Doc. */",
    "export async function load<T>(",
    "  path: string,",
    "): Promise<T> {",
    "  return x(path);",
    "}",
    "export class Store {",
    "  #get(key: string) {",
    "    if (key) {",
    "    }",
    "  }",
    "}",
    "const add = (a, b) => a + b;",
  ];
  assert.deepEqual(shape("a.ts", typescript.join("\n")), [
    "1-1: ",
    "2-7: load",
    "8-13: Store #get",
    "14-14: add",
  ]);
  const go = [
    "package main",
    "",
    "// Run runs.",
    "func (s *Server) Run() error {",
    "\treturn nil",
    "}",
  ];
  assert.deepEqual(shape("a.go", go.join("\n")), ["1-2: ", "3-6: Run"]);
  const rust = [
    "use std::fs;",
    "#[derive(Debug)]",
    "pub struct A {",
    "    x: u8,",
    "}",
    "impl A {",
    "    pub fn new() -> A {",
    "    }",
    "}",
  ];
  assert.deepEqual(shape("a.rs", rust.join("\n")), ["1-1: ", "2-5: A", "6-9: A new"]);
  const java = [
    "package a;",
    "/** Doc. */",
    "public class A {",
    "  public int size() {",
    "    return 1;",
    "  }",
    "}",
  ];
  assert.deepEqual(shape("A.java", java.join("\n")), ["1-1: ", "2-7: A size"]);
});

Deno.test("chunksOf() cuts other texts by lines, and all without smart", () => {
  const lines = Array.from({ length: 450 }, (_, i) => `w${i}`).join("\n");
  assert.deepEqual(shape("a.txt", lines), ["1-200: ", "201-400: ", "401-450: "]);
  assert.deepEqual(shape("a.txt", lines, { lines: 300 }), ["1-300: ", "301-450: "]);
  assert.deepEqual(shape("a.py", "def a():\n  pass\ndef b():\n  pass", { smart: false }), [
    "1-4: a b",
  ]);
  assert.deepEqual(shape("a.txt", "\n  \n 1 2 3 ...\n"), []);
});

Deno.test("chunksOf() splits what is over 4000 bytes and loses nothing", () => {
  const word = fc.constantFrom(
    "word",
    "gr\u00f6\u00dfe",
    "\u914d\u7f6e",
    "x".repeat(700),
    "",
    "def f():",
    "}",
    "1",
  );
  const line = fc.array(word, { maxLength: 8 }).map((words) => words.join(" "));
  const indented = fc.tuple(fc.constantFrom("", "  "), line).map((parts) => parts.join(""));
  fc.assert(
    fc.property(
      fc.array(indented, { maxLength: 300 }),
      fc.constantFrom("a.py", "a.ts", "a.txt"),
      fc.boolean(),
      (lines, path, smart) => {
        const chunks = chunksOf(path, lines.join("\n"), { smart, lines: 50 });
        for (const { start, end, text } of chunks) {
          assert.ok(Buffer.byteLength(text) <= 4000);
          assert.ok(start >= 1 && end <= Math.max(1, lines.length) && end - start < 50);
        }
        const kept = chunks.map(({ text }) => text).join("").replace(/[\s\d]/g, "");
        const whole = lines.join("").replace(/[\s\d]/g, "");
        // Pieces without a word are left out; no word is.
        assert.equal(kept.replace(/[^\p{L}_]/gu, ""), whole.replace(/[^\p{L}_]/gu, ""));
        const starts = chunks.map(({ start }) => start);
        assert.deepEqual(starts, [...starts].sort((a, b) => a - b));
      },
    ),
  );
});
