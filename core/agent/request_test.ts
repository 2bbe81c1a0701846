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

Deno.test("parseRequest() finds what a request is about between the words that only ask", () => {
  const subjects: Readonly<Record<string, string>> = {
    "where is the progress bar implemented?": "progress bar",
    "who calls get": "get",
    "where is add defined?": "add",
    "which files import lib/a.js": "lib/a.js",
    "show me the definition of class Find": "Find",
    "lines 5 to 8 of lib/a.js": "lib/a.js",
    "how does `routing` work": "routing",
    "run all the tests": "",
    "what did I change": "",
  };
  for (const [text, subject] of Object.entries(subjects)) {
    assert.equal(parseRequest(text).subject, subject, text);
  }
});

Deno.test("parseRequest() tells paths, qualified names and what may be either apart", () => {
  const read = (text: string) => {
    const { paths, identifiers } = parseRequest(text);
    return [paths, identifiers];
  };
  assert.deepEqual(read("what does Stack.push do in src/stack.py"), [["src/stack.py"], [
    "Stack.push",
  ]]);
  assert.deepEqual(read("res.json"), [["res.json"], ["res.json"]]);
  assert.deepEqual(read("show package.json and the Makefile"), [["package.json", "Makefile"], []]);
  assert.deepEqual(read("Vec::push in lib/, e.g. as before"), [["lib"], ["Vec::push"]]);
});

Deno.test("parseRequest() mends slips in question words and translates them, but no names", () => {
  const plain: Readonly<Record<string, string>> = {
    "wher is X defind": "where is X defined",
    "whihc files import a_b": "which files import a_b",
    "wo ist parse_line definiert?": "where is parse_line defined?",
    "¿dónde está `shwo`?": "¿where is `shwo`?",
    "où est Main": "where is Main",
    "what was the die cast": "what was the die cast",
    "show lib/wher.ts and shwo_all": "show lib/wher.ts and shwo_all",
  };
  for (const [text, expected] of Object.entries(plain)) {
    assert.equal(parseRequest(text).plain, expected, text);
  }
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
  for (const piece of ["a/", "'", "a", "a.", "a_", "ist ", "wher "]) {
    parseRequest(piece.repeat(50_000));
  }
  assert.ok(performance.now() - started < 2_000);
});
