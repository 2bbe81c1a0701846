import assert from "node:assert/strict";
import fc from "fast-check";
import { type Language, languageOf } from "./grammars.ts";
import { SAMPLES } from "./_test_samples.ts";
import { symbolsOf } from "./symbols.ts";

for (const [language, { path, text, symbols }] of Object.entries(SAMPLES)) {
  Deno.test(`symbolsOf() finds every kind of definition in ${language}`, async () => {
    assert.equal(languageOf(path), language);
    const found = await symbolsOf(language as Language, text);
    assert.deepEqual(
      found.map(({ kind, qualified, start, end }) => `${kind} ${qualified} ${start}-${end}`),
      symbols,
    );
  });
}

Deno.test("symbolsOf() tells where decorators and comments begin", async () => {
  const cases: [Language, string, string, number[]][] = [
    ["python", SAMPLES.python.text, "Agent", [7, 7]],
    ["python", SAMPLES.python.text, "Agent.run", [16, 16]],
    ["rust", SAMPLES.rust.text, "Agent", [7, 6]],
    ["java", SAMPLES.java.text, "Agent", [6, 5]],
    ["java", SAMPLES.java.text, "Agent.run", [12, 12]],
    ["go", SAMPLES.go.text, "Agent", [6, 5]],
    ["typescript", SAMPLES.typescript.text, "Agent", [7, 6]],
    ["typescript", "@A()\n// why\n@B({\n  c: 1,\n}) export class D {\n  @E f() {}\n}", "D", [1, 1]],
    ["typescript", "@A()\n// why\n@B({\n  c: 1,\n}) export class D {\n  @E f() {}\n}", "D.f", [
      6,
      6,
    ]],
    ["typescript", "class A {\n  @B() c = 1;\n  d() {}\n}", "A.d", [3, 3]],
    ["javascript", "let a; /* b\n c */\nfunction d() {}", "d", [3, 3]],
    ["javascript", "/*\n a\n*/\n\nfunction d() {}", "d", [5, 5]],
  ];
  for (const [language, text, name, [decorated, documented]] of cases) {
    const symbol = (await symbolsOf(language, text)).find(({ qualified }) => qualified === name);
    assert.deepEqual(
      [symbol?.decorated, symbol?.documented],
      [decorated, documented],
      `${language} ${name}`,
    );
  }
});

Deno.test("symbolsOf() counts lines and finds names behind CRLF and wide characters", async () => {
  const text = "# \u{1F600}\u{1F600}\r\nx = '\u00e4'\r\ndef na\u00efve():\r\n    pass\r\n";
  const [, symbol] = await symbolsOf("python", text);
  assert.deepEqual([symbol?.name, symbol?.start, symbol?.end], ["na\u00efve", 3, 4]);
});

Deno.test("symbolsOf() names a CommonJS default export after its function", async () => {
  const text = (right: string) => `exports = module.exports = ${right};`;
  const names = async (right: string) =>
    (await symbolsOf("javascript", text(right))).map(({ name }) => name);
  assert.deepEqual(await names("function create() {}"), ["create"]);
  assert.deepEqual(await names("class Server {}"), ["Server"]);
  assert.deepEqual(await names("() => {}"), ["default"]);
});

Deno.test("symbolsOf() takes a declared function for a function, an overload for a signature", async () => {
  const text = "declare function a(): void;\nfunction b(x: 1): void;\nfunction b(x: 2) {}\n";
  const found = await symbolsOf("typescript", text);
  assert.deepEqual(found.map(({ kind, name }) => `${kind} ${name}`), [
    "function a",
    "signature b",
    "function b",
  ]);
});

Deno.test("symbolsOf() names a function after the variable that it is a property of", async () => {
  const text =
    "res.json = function json() {};\nexports.a = () => {};\nmodule.exports.b = () => {};\n" +
    "this.c = function () {};\nList.prototype.push = function () {};\n";
  const found = await symbolsOf("javascript", text);
  assert.deepEqual(found.map(({ kind, qualified, depth }) => `${kind} ${qualified} ${depth}`), [
    "function res.json 0",
    "function a 0",
    "function b 0",
    "function c 0",
    "method List.push 1",
  ]);
});

Deno.test("symbolsOf() takes Python's overloads for signatures", async () => {
  const text = "@t.overload\ndef f(a: int) -> int: ...\n@cache\ndef f(a):\n    return a\n";
  const found = await symbolsOf("python", text);
  assert.deepEqual(found.map(({ kind, start }) => `${kind} ${start}`), [
    "signature 2",
    "function 4",
  ]);
});

Deno.test("symbolsOf() recovers from broken syntax", async () => {
  const text = "def a():\n    return (1,\n\nclass B:\n    def c(self):\n        pass\n";
  const names = (await symbolsOf("python", text)).map(({ name }) => name);
  assert.ok(names.includes("c"), names.join(" "));
});

Deno.test("symbolsOf() survives any text in every language", async () => {
  const pieces = Object.values(SAMPLES).flatMap(({ text }) => text.split(/(?<=\W)/));
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join("")),
  );
  const language = fc.constantFrom(...Object.keys(SAMPLES) as Language[]);
  await fc.assert(
    fc.asyncProperty(language, text, async (language, text) => {
      const lines = text.split("\n").length;
      for (const symbol of await symbolsOf(language, text)) {
        const { documented, decorated, start, end } = symbol;
        assert.ok(1 <= documented && documented <= decorated, JSON.stringify(symbol));
        assert.ok(decorated <= start && start <= end && end <= lines, JSON.stringify(symbol));
      }
    }),
    { numRuns: 300 },
  );
});
