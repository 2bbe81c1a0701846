import assert from "node:assert/strict";
import { fitInput } from "./fit_input.ts";

const SCHEMA = {
  type: "object",
  properties: {
    paths: { type: "array", items: { type: "string" } },
    edits: { type: "array", items: { type: "object" } },
    n: { type: "integer" },
    deep: { type: "boolean" },
    text: { type: "string" },
  },
};

Deno.test("fitInput() mends what can mean one thing only", () => {
  assert.deepEqual(
    fitInput(SCHEMA, { paths: "a b.ts", n: "-12", deep: "true", text: "7" }),
    { paths: ["a b.ts"], n: -12, deep: true, text: "7" },
  );
});

Deno.test("fitInput() leaves everything else as it came", () => {
  for (
    const input of [
      { edits: "old", n: "1e3", deep: "yes", paths: 7, unknown: "x" },
      { n: "99999999999999999999" },
      null,
      "text",
      [1],
    ]
  ) assert.deepEqual(fitInput(SCHEMA, input), input);
  const odd = JSON.parse('{"__proto__": "x", "toString": "y"}');
  assert.deepEqual(Object.entries(fitInput(SCHEMA, odd) as object), Object.entries(odd));
});
