// JSON as models write it.
import assert from "node:assert/strict";
import fc from "fast-check";
import { ParseError } from "./parse_error.ts";
import { tolerantJson } from "./tolerant_json.ts";

Deno.test("tolerantJson() reads JSON as models write it", () => {
  const table: [string, unknown][] = [
    ['{"a": 1}', { a: 1 }],
    ["  [1, 2]\n", [1, 2]],
    ['```json\n{"a": 1}\n```', { a: 1 }],
    ["```\n[1]\n```\nHope it helps {really}!", [1]],
    ['Sure! Here it is: {"a": 1} Anything else?', { a: 1 }],
    ['The set {x} is given by {"a": 1}.', { a: 1 }],
    ['{"a": 1,}', { a: 1 }],
    ["[1, 2,]", [1, 2]],
    ["{'a': 'it\\'s'}", { a: "it's" }],
    ["{a: 1, b_2: 2, c-d: 3}", { a: 1, b_2: 2, "c-d": 3 }],
    ["{'a': True, 'b': False, 'c': None}", { a: true, b: false, c: null }],
    ['{"a": 1 // one\n, /* two */ "b": 2 # three\n}', { a: 1, b: 2 }],
    ['{"a": "http://x#y"}', { a: "http://x#y" }],
    ['{"a": "line\nbreak"}', { a: "line\nbreak" }],
    ['{"a": """triple "quoted" text"""}', { a: 'triple "quoted" text' }],
    ['{"a": "\\d\\n\\u00e9\\/"}', { a: "\\d\n\u00e9/" }],
    ['{"a": 1 "b": 2}', { a: 1, b: 2 }],
    ["{'a': {'b': [1, {'c': .5}]}}", { a: { b: [1, { c: 0.5 }] } }],
    ["{1: 2}", { 1: 2 }],
    ["True", true],
    ["'quoted'", "quoted"],
    ["+5", 5],
    ['"text"', "text"],
    ["null", null],
  ];
  for (const [text, value] of table) {
    assert.deepEqual(tolerantJson(text), { value, truncated: false }, text);
  }
});

Deno.test("tolerantJson() closes what a missing end leaves open, and says so", () => {
  const table: [string, unknown][] = [
    ['{"a": "cut he', { a: "cut he" }],
    ['{"a": 1, "b": [1, 2', { a: 1, b: [1, 2] }],
    ['{"a": 1, "b"', { a: 1 }],
    ['{"a": 1, "b": ', { a: 1 }],
    ['{"a": 1,', { a: 1 }],
    ["{", {}],
    ['{"a": {"b": "\\', { a: { b: "" } }],
    ['{"a": tr', { a: null }],
    ['Sure: {"a": [{"b": 1}], "c": "', { a: [{ b: 1 }], c: "" }],
  ];
  for (const [text, value] of table) {
    assert.deepEqual(tolerantJson(text), { value, truncated: true }, text);
  }
  assert.deepEqual(tolerantJson('{"cut": [} then {"a": 1}', { object: true }), {
    value: { a: 1 },
    truncated: false,
  });
});

Deno.test("tolerantJson() throws for what is no value", () => {
  for (const text of ["", "  ", "no", "Paris", "{a}", "[1, x]", "1 2", "True story", "+1e999"]) {
    assert.throws(() => tolerantJson(text), ParseError, text);
  }
  assert.throws(() => tolerantJson("[1]", { object: true }), ParseError);
  assert.throws(() => tolerantJson("1", { object: true }), ParseError);
});

Deno.test("tolerantJson() keeps a __proto__ key as a key", () => {
  const { value } = tolerantJson("{'__proto__': {'polluted': 1}}");
  assert.deepEqual(Object.keys(value as object), ["__proto__"]);
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

Deno.test("tolerantJson() is JSON.parse for strict JSON", () => {
  fc.assert(fc.property(fc.json(), (text) => {
    assert.deepEqual(tolerantJson(text), { value: JSON.parse(text), truncated: false });
  }));
});

Deno.test("tolerantJson() finds what fences and prose surround", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
  fc.assert(fc.property(object, fc.boolean(), (value, pretty) => {
    const text = JSON.stringify(value, undefined, pretty ? 2 : undefined);
    const around = `Here it is:\n\`\`\`json\n${text}\n\`\`\`\nDone.`;
    const expected = { value: JSON.parse(text), truncated: false };
    assert.deepEqual(tolerantJson(around, { object: true }), expected);
  }));
  const escaped = '```json\n{"[": false, "\\"": []}\n```';
  assert.deepEqual(tolerantJson(escaped, { object: true }).value, { "[": false, '"': [] });
});

Deno.test("tolerantJson() throws nothing but ParseError, and in time, whatever the text", () => {
  const pieces = fc.array(
    fc.constantFrom(..."{}[]:,'\"\\#/* \n1e.-+", "//", '"""', "True", "nul", "a", "\\u12", "`"),
    { maxLength: 40 },
  ).map((parts) => parts.join(""));
  fc.assert(fc.property(fc.oneof(pieces, fc.string()), fc.boolean(), (text, object) => {
    try {
      tolerantJson(text, { object });
    } catch (error) {
      assert.ok(error instanceof ParseError, String(error));
    }
  }));
  const hostile = ["{".repeat(200_000), "[".repeat(200_000), '{"a":'.repeat(100_000)];
  const started = performance.now();
  for (const text of [...hostile, "/*".repeat(100_000), "{ //".repeat(50_000)]) {
    try {
      tolerantJson(text);
    } catch (error) {
      assert.ok(error instanceof ParseError, String(error));
    }
  }
  assert.ok(performance.now() - started < 5_000);
});
