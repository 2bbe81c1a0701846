import assert from "node:assert/strict";
import { slipOf } from "./slip_of.ts";

const NAMES = ["grep", "cat", "git-status", "index"];

Deno.test("slipOf() takes one unknown word, a flag, or a near name for a slip", () => {
  assert.deepEqual(slipOf(["gerp"], NAMES), { word: "gerp", near: ["grep"] });
  assert.deepEqual(slipOf(["gerp", "needle"], NAMES)?.near, ["grep"]);
  assert.deepEqual(slipOf(["deploy"], NAMES)?.near, []);
  assert.deepEqual(slipOf(["deploy", "it", "--now"], NAMES)?.near, []);
  assert.deepEqual(slipOf(["gerp", "needle", "src/*"], NAMES)?.near, ["grep"]);
  assert.ok(slipOf([""], NAMES));
});

Deno.test("slipOf() takes a sentence for a request, in one word of the shell or in several", () => {
  assert.equal(slipOf(["where is main defined?"], NAMES), undefined);
  assert.equal(slipOf(["what", "does", "this", "do"], NAMES), undefined);
  assert.equal(slipOf(["find", "-x"], NAMES), undefined);
  assert.equal(slipOf(["graph", "of", "the", "imports"], NAMES), undefined);
  assert.equal(slipOf(["deploy", "staging"], NAMES), undefined);
});
