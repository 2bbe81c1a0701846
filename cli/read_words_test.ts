import assert from "node:assert/strict";
import { createRegistry } from "../core/registry.ts";
import { catalog } from "../skills/catalog.ts";
import { readWords } from "./read_words.ts";

const read = (...words: string[]) => readWords(words, createRegistry(catalog));

Deno.test("readWords() leaves commands and flags as they are", () => {
  for (const words of [["grep", "x"], ["git-status"], ["ctx"], ["start"], ["--nonsense"]]) {
    assert.equal(read(...words)[0], words[0]);
  }
});

Deno.test("readWords() makes a request of plain language", () => {
  assert.deepEqual(read("where is main defined?"), ["run", "--", "where is main defined?"]);
  assert.deepEqual(read("what", "does", "this", "do"), ["run", "--", "what does this do"]);
  assert.deepEqual(read("git", "history", "of", "x"), ["run", "--", "git history of x"]);
});

Deno.test("readWords() reads git's words as our tools", () => {
  assert.deepEqual(read("git", "diff", "src"), ["git_diff", "src"]);
});

Deno.test("readWords() refuses a mistyped command, and says how to ask instead", () => {
  assert.throws(() => read("gti-status"), {
    kind: "usage",
    message: 'no command called "gti-status"',
    hint:
      'did you mean git-status or gstatus? For a request in plain language: dspy-code run "gti-status"',
  });
  assert.throws(() => read("zzzzzzzz"), { hint: /^for a request .* run "zzzzzzzz"$/ });
  assert.throws(() => read("deploy", "it", "--now"), { kind: "usage", hint: /run "deploy it"$/ });
});
