import assert from "node:assert/strict";
import { createRegistry } from "../../core/registry.ts";
import { catalog } from "../../skills/catalog.ts";
import { gitWords } from "./git_words.ts";

const registry = createRegistry(catalog);

Deno.test("gitWords() puts the tool's name for git's own words", () => {
  assert.deepEqual(gitWords(["git", "status"], registry), ["git_status"]);
  assert.deepEqual(gitWords(["git", "add", "a.ts"], registry), ["git_add", "a.ts"]);
  assert.deepEqual(gitWords(["git", "commit", "-m", "why"], registry), ["git_commit", "-m", "why"]);
});

Deno.test("gitWords() spells habits of git's as our tools do, and leaves revisions to them", () => {
  const read = (...words: string[]) => gitWords(["git", ...words], registry)?.join(" ");
  for (const count of [["-3"], ["-n3"], ["-n", "3"], ["--max-count=3"]]) {
    assert.equal(read("log", ...count, "main"), "git_log -n 3 main");
  }
  assert.equal(read("diff", "--cached", "a.ts"), "git_diff --staged a.ts");
  assert.equal(read("diff", "HEAD~1"), "git_diff HEAD~1");
  assert.equal(read("diff", "main..dev", "src"), "git_diff main..dev src");
  assert.equal(read("add", "-3"), "git_add -3");
});

Deno.test("gitWords() names the way out for what no tool does, and leaves sentences alone", () => {
  assert.throws(() => gitWords(["git", "push", "origin"], registry), {
    name: "UserError",
    kind: "usage",
    hint: /git add.*git status.*"exec git push origin"/,
  });
  assert.throws(() => gitWords(["git"], registry), { kind: "usage" });
  assert.equal(gitWords(["git", "history", "of", "main"], registry), undefined);
});
