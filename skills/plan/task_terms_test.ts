import assert from "node:assert/strict";
import fc from "fast-check";
import { classifyTask } from "./classify_task.ts";
import { renameOf } from "./rename_of.ts";
import { taskSubject } from "./task_subject.ts";
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
  assert.deepEqual(renameOf("rename the echo method in a.py to say"), { from: "echo", to: "say" });
  assert.deepEqual(renameOf("rename --color to --colour"), { from: "--color", to: "--colour" });
  assert.equal(renameOf("rename it"), undefined);
});

Deno.test("taskSubject() reads what is removed or upgraded, when it is one thing", () => {
  const name = (task: string) => {
    const found = taskSubject(task, classifyTask(task));
    return found && [found.action, found.name, found.isPackage];
  };
  assert.deepEqual(name("remove the unused function _load"), ["remove", "_load", false]);
  assert.deepEqual(name("please delete `Store.load`"), ["remove", "Store.load", false]);
  assert.deepEqual(name("drop the debug dependency"), ["remove", "debug", true]);
  assert.deepEqual(name("remove the --all flag"), ["remove", "--all", false]);
  assert.deepEqual(name("bump qs from 6.14 to 6.15"), ["upgrade", "qs", true]);
  assert.deepEqual(name("upgrade @types/node@22"), ["upgrade", "@types/node", true]);
  assert.deepEqual(name("upgrade golang.org/x/sys to v0.30.0"), [
    "upgrade",
    "golang.org/x/sys",
    true,
  ]);
  for (
    const task of [
      "remove the solaris backend",
      "upgrade all dependencies",
      "upgrade python to 3.13",
      "remove trailing whitespace everywhere",
      "add a flag",
    ]
  ) assert.equal(name(task), undefined, task);
});
