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

Deno.test("gitWords() names the way out for what no tool does, and leaves sentences alone", () => {
  assert.throws(() => gitWords(["git", "push", "origin"], registry), {
    name: "UserError",
    kind: "usage",
    hint: /git add.*git status.*"exec git push origin"/,
  });
  assert.throws(() => gitWords(["git"], registry), { kind: "usage" });
  assert.equal(gitWords(["git", "history", "of", "main"], registry), undefined);
});
