import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseRequest } from "./request.ts";

Deno.test("parseRequest() finds identifiers, paths and quoted text as written", () => {
  const request = parseRequest('why does parse_line("x y") in src/io/read.ts throw FileNotFound?');
  assert.deepEqual(
    request.identifiers,
    ["FileNotFound", "parse_line"].sort((a, b) => a < b ? -1 : 1),
  );
  assert.deepEqual(request.paths, ["src/io/read.ts"]);
  assert.deepEqual(request.quoted, ["x y"]);
});

Deno.test("parseRequest() tells a change from a question", () => {
  for (const text of ["fix the login", "please add a flag", "rename foo_bar to baz"]) {
    assert.equal(parseRequest(text).wantsChange, true, text);
  }
  for (const text of ["how do I fix it?", "where is the update made", "explain the rewrite"]) {
    assert.equal(parseRequest(text).wantsChange, false, text);
  }
});

Deno.test("parseRequest() leaves filler out of the targets and takes five at most", () => {
  const { targets } = parseRequest(
    "where is the session store opened for the jail of a workspace child",
  );
  assert.deepEqual(targets, ["session", "store", "opened", "jail", "workspace"]);
});

Deno.test("parseRequest() takes any text in time linear enough for a pasted log", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
    const request = parseRequest(text);
    assert.ok(request.targets.length <= 5);
  }));
  const started = performance.now();
  parseRequest("a/".repeat(50_000) + "'".repeat(50_000));
  assert.ok(performance.now() - started < 2_000);
});
