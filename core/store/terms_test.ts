import assert from "node:assert/strict";
import { queryWords, termText } from "./terms.ts";

Deno.test("termText() gives identifiers whole and in parts, words without inflection", () => {
  const cases: Record<string, string> = {
    "getUserName()": "getusername get user nam",
    "HTTPServer2": "httpserver2 http server2",
    "__init__ MAX_SIZE": "__init__ init max_size max siz",
    "_x __": "_x",
    "parse parses parsed parsing": "pars pars pars pars",
    "query queries": "queri queri",
    "falling running passed": "fall run pass",
    "is the status thing": "is the status thing",
    "a = b + c": "",
    "utf8 404": "utf8 404",
    "r\u00e9sum\u00e9 \uff21\uff22": "resum ab",
    [`${"x".repeat(129)} end`]: "end",
  };
  for (const [text, terms] of Object.entries(cases)) assert.equal(termText(text), terms, text);
});

Deno.test("queryWords() gives each word once, 64 at most", () => {
  assert.deepEqual(queryWords("parse, parse; parsing"), queryWords("parse"));
  const many = Array.from({ length: 100 }, (_, i) => `word${i}`).join(" ");
  assert.equal(queryWords(many).length, 64);
});
