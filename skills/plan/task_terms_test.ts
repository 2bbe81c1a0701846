import assert from "node:assert/strict";
import fc from "fast-check";
import { renameOf } from "./rename_of.ts";
import { taskTerms } from "./task_terms.ts";

const shown = (task: string) => taskTerms(task).map(({ kind, text }) => `${kind} ${text}`);

Deno.test("taskTerms() takes paths, names, quotes and telling words, no verbs", () => {
  assert.deepEqual(shown("fix the failing test in tests/test_parser.py"), [
    "path tests/test_parser.py",
  ]);
  assert.deepEqual(shown('fix "no such table" in UserStore.load()'), [
    "name load",
    "name UserStore",
    "quote no such table",
  ]);
  assert.deepEqual(shown("the rate limiter lets too many through"), [
    "word rate limiter",
    "word rate",
    "word limiter",
  ]);
  assert.deepEqual(shown("please fix it"), []);
});

Deno.test("taskTerms() finds a word in its other forms", () => {
  const finds: [string, string[], string[]][] = [
    ["rate limiter", ["RateLimiter", "rate_limit", "rate-limited", "rate limits"], ["separate"]],
    ["zsh", ["zsh", "ZshComplete", "_SOURCE_ZSH", "source_zsh", "forZsh"], ["zshell", "azsh"]],
    ["retries", ["retry_count".replace("y", "ies"), "Retries"], ["rest"]],
    ["parseArgs()", ["parseArgs("], ["parseargs", "parseArgsNow"]],
  ];
  for (const [task, yes, no] of finds) {
    const [term] = taskTerms(task);
    for (const text of yes) assert.ok(term!.regex.test(text), `${task}: ${text}`);
    for (const text of no) assert.ok(!term!.regex.test(text), `${task}: not ${text}`);
  }
});

Deno.test("taskTerms() gives valid, distinct patterns for any text", () => {
  fc.assert(fc.property(fc.string({ maxLength: 60, unit: "binary" }), (task) => {
    const terms = taskTerms(task);
    assert.equal(new Set(terms.map(({ text }) => text)).size, terms.length);
    for (const { regex } of terms) assert.ok(!regex.test(""), String(regex));
  }));
});

Deno.test("renameOf() reads both names", () => {
  const rename = { from: "parseArgs", to: "readArgs" };
  assert.deepEqual(renameOf("rename parseArgs to readArgs"), rename);
  assert.deepEqual(renameOf("Rename the function `parseArgs()` to `readArgs`."), rename);
  assert.deepEqual(renameOf("rename src/a.ts -> src/b.ts"), { from: "src/a.ts", to: "src/b.ts" });
  assert.equal(renameOf("rename it"), undefined);
});
