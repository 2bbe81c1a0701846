// How signatures are written and replies are read, by markers and as JSON.
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { scriptedLM } from "../lm/scripted_lm.ts";
import { chat } from "./chat.ts";
import { history } from "./history.ts";
import { json } from "./json.ts";
import { ParseError } from "./parse_error.ts";
import { sig } from "./signature.ts";
import { reply } from "./_test_reply.ts";

const lm = scriptedLM([]);
const plain = scriptedLM([], { can: { schema: false } });

const typed = sig(
  { text: z.string().describe("what to judge"), words: z.array(z.string()) },
  {
    label: z.enum(["spam", "ham"]),
    score: z.number(),
    count: z.int(),
    sure: z.boolean(),
    tags: z.array(z.string()),
    why: z.string().describe("in one sentence"),
  },
  "Judge the text.\nBe strict.",
);

const CHAT_SYSTEM = `Your input fields are:
1. \`text\` (str): what to judge
2. \`words\` (str[]):
Your output fields are:
1. \`label\` (spam|ham):
2. \`score\` (float):
3. \`count\` (int):
4. \`sure\` (bool):
5. \`tags\` (str[]):
6. \`why\` (str): in one sentence
All interactions will be structured in the following way, with the appropriate values filled in.

[[ ## text ## ]]
{text}

[[ ## words ## ]]
{words}

[[ ## label ## ]]
{label}        # note: the value you produce must be one of: spam; ham

[[ ## score ## ]]
{score}        # note: the value you produce must be a single float value

[[ ## count ## ]]
{count}        # note: the value you produce must be a single int value

[[ ## sure ## ]]
{sure}        # note: the value you produce must be True or False

[[ ## tags ## ]]
{tags}        # note: the value you produce must adhere to the JSON schema: {"type":"array","items":{"type":"string"}}

[[ ## why ## ]]
{why}

[[ ## completed ## ]]
In adhering to this structure, your objective is: 
        Judge the text.
        Be strict.`;

Deno.test("chat.format() writes system and user text by the markers", () => {
  const { messages, schema } = chat.format(typed, [], { text: "Buy!", words: ["a", "b"] }, lm);
  assert.equal(schema, undefined);
  assert.equal(messages[0]!.content, CHAT_SYSTEM);
  assert.equal(
    messages[1]!.content,
    '[[ ## text ## ]]\nBuy!\n\n[[ ## words ## ]]\n["a","b"]\n\n' +
      "Respond with the corresponding output fields, starting with the field " +
      "`[[ ## label ## ]]` (must be formatted as a valid spam|ham), " +
      "then `[[ ## score ## ]]` (must be formatted as a valid float), " +
      "then `[[ ## count ## ]]` (must be formatted as a valid int), " +
      "then `[[ ## sure ## ]]` (must be formatted as a valid bool), " +
      "then `[[ ## tags ## ]]` (must be formatted as a valid str[]), " +
      "then `[[ ## why ## ]]`, and then ending with the marker for `[[ ## completed ## ]]`.",
  );
});

Deno.test("format() shows demos as turns, incomplete ones first and marked", () => {
  const qa = sig("context, question -> answer, sure: bool");
  const demos = [
    { context: "c1", question: "q1", answer: "a1", sure: true },
    { question: "q2", answer: "a2" },
    { question: "no outputs" },
    { answer: "no inputs" },
  ];
  const input = { context: ["one", "two"], question: "q" };
  const { messages } = chat.format(qa, demos, input, lm);
  assert.deepEqual(messages.map(({ role }) => role), [
    "system",
    "user",
    "assistant",
    "user",
    "assistant",
    "user",
  ]);
  const [, user, assistant, , whole, last] = messages.map(({ content }) => content);
  assert.match(
    user!,
    /^This is an example of the task in which some fields are not supplied\.\n\n/,
  );
  assert.match(user!, /\[\[ ## context ## \]\]\nNot supplied for this particular example\.\n/);
  assert.match(assistant!, /\[\[ ## sure ## \]\]\nNot supplied for this particular example\.\n/);
  assert.equal(
    whole,
    "[[ ## answer ## ]]\na1\n\n[[ ## sure ## ]]\nTrue\n\n[[ ## completed ## ]]",
  );
  assert.match(last!, /\[\[ ## context ## \]\]\n\[1\] «one»\n\[2\] «two»\n\n/);
  const asJson = json.format(qa, demos, input, lm).messages;
  assert.deepEqual(JSON.parse(asJson[4]!.content), { answer: "a1", sure: true });
});

Deno.test("format() shows the conversation so far as turns before the question", () => {
  const chatty = sig({ past: history(), question: z.string() }, { answer: z.string() });
  const past = [{ question: "q1", answer: "a1" }];
  const { messages } = chat.format(chatty, [], { past, question: "q2" }, lm);
  assert.deepEqual(messages.map(({ role }) => role), ["system", "user", "assistant", "user"]);
  assert.match(messages[1]!.content, /^\[\[ ## question ## \]\]\nq1\n/);
  assert.match(messages[2]!.content, /a1/);
  assert.ok(!messages[0]!.content.includes("past"));
});

Deno.test("chat.parse() takes markers anywhere: DSPy's complaint of glued markers", () => {
  const qa = sig("q -> answer, score: float");
  const values = { answer: "Paris", score: 0.5 };
  const table = [
    "[[ ## answer ## ]]\nParis\n\n[[ ## score ## ]]\n0.5\n\n[[ ## completed ## ]]",
    "[[ ## answer ## ]] Paris [[ ## score ## ]] 0.5 [[ ## completed ## ]]",
    "[[ ## answer ## ]]Paris[[ ## score ## ]]0.5[[ ## completed ## ]]",
    "Let me think.\n[[ ## thoughts ## ]] none [[ ## answer ## ]]\nParis\n[[ ## score ## ]] 0.5",
    "[[ ## score ## ]] 0.5 [[ ## answer ## ]] Paris",
    "[[ ## answer ## ]] Paris [[ ## score ## ]] 0.5 [[ ## answer ## ]] Rome",
    "[[##answer##]] Paris [[##score##]] '0.5'",
    "[[ ## answer ## ]] Paris [[ ## score ## ]] 0.5 [[ ## completed ## ]] Anything else? 0.7",
  ];
  for (const text of table) assert.deepEqual(chat.parse(qa, reply(text)).values, values, text);
});

Deno.test("parse() coerces what models write into the types", () => {
  const table: [string, string, unknown][] = [
    ["int", "42", 42],
    ["int", " `42` ", 42],
    ["int", "3.0", 3],
    ["float", ".5e1", 5],
    ["bool", "TRUE", true],
    ["bool", "'false'", false],
    ["a|b", '"a"', "a"],
    ["a|b", "A", "a"],
    ["str[]", "['x', 'y',]", ["x", "y"]],
    ["int[]", '```json\n["1", 2]\n```', [1, 2]],
    ["bool[]", "[True, False]", [true, false]],
    ["(a|b)[]", "[A, 'b']", undefined],
    ["(a|b)[]", '["A", "b"]', ["a", "b"]],
    ["json", '{"a": 1}', { a: 1 }],
    ["json", "words", "words"],
    ["int", "forty", undefined],
    ["int", "4.5", undefined],
    ["int", "1e400", undefined],
    ["float", "NaN", undefined],
    ["bool", "yes", undefined],
    ["a|b", "c", undefined],
    ["str[]", "one, two", undefined],
    ["str", "", ""],
  ];
  for (const [type, text, value] of table) {
    const signature = sig(`q -> out: ${type}`);
    const read = () => chat.parse(signature, reply(`[[ ## out ## ]]\n${text}`)).values["out"];
    if (value === undefined) assert.throws(read, ParseError, `${type}: ${text}`);
    else assert.deepEqual(read(), value, `${type}: ${text}`);
  }
});

Deno.test("parse() looks into objects, unions, what may be left out and what holds itself", () => {
  interface Tree {
    name: string;
    sub?: Tree[] | undefined;
  }
  const tree: z.ZodType<Tree> = z.lazy(() =>
    z.object({ name: z.string(), sub: z.array(tree).optional() })
  );
  const table: [z.ZodType, string, unknown][] = [
    [z.object({ n: z.int(), s: z.string().optional() }), "{n: '1', s: null}", { n: 1 }],
    [z.object({ s: z.string().nullable() }), '{"s": null}', { s: null }],
    [z.union([z.int(), z.string()]), "5", 5],
    [z.union([z.string(), z.int()]), "5 apples", "5 apples"],
    [z.record(z.string(), z.number()), "{'a': '1.5'}", { a: 1.5 }],
    [z.tuple([z.string(), z.int()]), "['a', '1']", ["a", 1]],
    [z.literal(3), "3", 3],
    [z.int().nullable(), "None", null],
    [z.int().default(7), "null", 7],
    [z.int().min(3), "2", ParseError],
    [z.string().min(3), "ab", ParseError],
    [z.string().transform((text) => text.length), "four", 4],
    [tree, "{name: 'a', sub: [{name: 1}]}", { name: "a", sub: [{ name: "1" }] }],
  ];
  for (const [out, text, value] of table) {
    const signature = sig({ q: z.string() }, { out });
    const read = () => chat.parse(signature, reply(`[[ ## out ## ]] ${text}`)).values["out"];
    if (value === ParseError) assert.throws(read, ParseError, text);
    else assert.deepEqual(read(), value, text);
  }
});

Deno.test("parse() leaves out optional fields and fills in defaults", () => {
  const signature = sig({ q: z.string() }, {
    a: z.string(),
    b: z.string().optional(),
    c: z.int().default(3),
    d: z.int().optional(),
  });
  assert.deepEqual(chat.parse(signature, reply("[[ ## a ## ]] x")).values, { a: "x", c: 3 });
  const given = "[[ ## a ## ]] x [[ ## b ## ]] [[ ## c ## ]] [[ ## d ## ]] None";
  assert.deepEqual(chat.parse(signature, reply(given)).values, { a: "x", c: 3 });
  const nulls = '{"a": "x", "b": null, "c": null, "d": null}';
  assert.deepEqual(json.parse(signature, reply(nulls)).values, { a: "x", c: 3 });
});

Deno.test("parse() names everything that is wrong at once: ax's opaque 'Generate failed'", () => {
  const text = "[[ ## label ## ]] eggs [[ ## score ## ]] high [[ ## count ## ]] 1";
  assert.throws(() => chat.parse(typed, reply(text, { finish: "length" })), (error) => {
    assert.ok(error instanceof ParseError);
    assert.deepEqual(error.missing, ["sure", "tags", "why"]);
    assert.deepEqual(error.issues.map(({ field }) => field), ["label", "score"]);
    assert.equal(error.raw, text);
    assert.equal(error.adapter, "chat");
    assert.match(error.message, /does not give `sure`, `tags`, `why`; `label`: .*got "eggs"/);
    assert.match(error.hint!, /maxTokens/);
    return true;
  });
  assert.throws(() => chat.parse(typed, reply("")), /the reply is empty/);
});

Deno.test("json.format() sends a strict schema where it can, and describes the fields in text too", () => {
  const { messages, schema } = json.format(typed, [], { text: "x", words: [] }, lm);
  const names = ["label", "score", "count", "sure", "tags", "why"];
  assert.deepEqual(schema!["required"], names);
  assert.equal(schema!["additionalProperties"], false);
  const system = messages[0]!.content;
  assert.match(system, /Outputs will be a JSON object with the following fields\./);
  for (const name of names) assert.ok(system.includes(`\n  "${name}": `), name);
  assert.match(
    messages[1]!.content,
    /Respond with a JSON object in the following order of fields: `label` \(must be .*then `why`\.$/,
  );
  assert.equal(json.format(typed, [], { text: "x", words: [] }, plain).schema, undefined);
});

Deno.test("json.format() asks for any object where keys are open", () => {
  const closed = sig({ q: z.string() }, {
    a: z.object({ n: z.int(), s: z.string().optional() }),
    b: z.string().optional(),
    c: z.union([z.string(), z.object({ x: z.int() })]),
  });
  const schema = json.format(closed, [], { q: "" }, lm).schema as Record<string, unknown>;
  assert.deepEqual(schema["required"], ["a", "b", "c"]);
  const { a, b } = schema["properties"] as Record<string, unknown>;
  assert.deepEqual(a, {
    type: "object",
    properties: { n: { type: "integer" }, s: { anyOf: [{ type: "string" }, { type: "null" }] } },
    required: ["n", "s"],
    additionalProperties: false,
  });
  assert.deepEqual(b, { anyOf: [{ type: "string" }, { type: "null" }] });
  const open = [
    z.record(z.string(), z.int()),
    z.any(),
    z.looseObject({ a: z.int() }),
    z.array(z.json()),
    z.object({ deep: z.record(z.string(), z.any()) }),
  ];
  for (const out of open) {
    const signature = sig({ q: z.string() }, { out });
    assert.deepEqual(json.format(signature, [], { q: "" }, lm).schema, { type: "object" });
  }
});

Deno.test("json.parse() finds the object: DSPy's complaint of broken Ollama output", () => {
  const qa = sig("q -> answer, score: float");
  const values = { answer: "Paris", score: 0.5 };
  const table = [
    '{"answer": "Paris", "score": 0.5}',
    '```json\n{"answer": "Paris", "score": 0.5}\n```',
    '{"output": {"answer": "Paris", "score": 0.5}}',
    '{"answer": "Paris", "score": "0.5", "extra": [1]}',
    "{'answer': 'Paris', score: 0.5,}",
    'Thinking of {this} ... {"answer": "Paris", "score": 0.5}',
  ];
  for (const text of table) {
    assert.deepEqual(json.parse(qa, reply(text)), { values }, text);
  }
  const cut = json.parse(qa, reply('{"score": 0.5, "answer": "Par', { finish: "length" }));
  assert.deepEqual(cut, { values: { answer: "Par", score: 0.5 }, truncated: true });
  for (
    const text of ["", "Paris", "[1]", "{}", '{"output": [1]}', '{"a": {"answer": "x"}, "b": 1}']
  ) {
    assert.throws(() => json.parse(qa, reply(text)), (error) => {
      assert.ok(error instanceof ParseError);
      assert.deepEqual(error.missing, ["answer", "score"], text);
      return true;
    });
  }
});

Deno.test("what is written as a demo is read back as the same values", () => {
  const text = fc.string({ unit: "grapheme" }).filter((text) => !/\[\[|##/.test(text))
    .map((text) => text.trim());
  const values = fc.record({
    label: fc.constantFrom("spam", "ham"),
    score: fc.double({ noNaN: true, noDefaultInfinity: true }).map((score) => score + 0),
    count: fc.maxSafeInteger(),
    sure: fc.boolean(),
    tags: fc.array(fc.string({ unit: "grapheme" })),
    why: text,
  }, { noNullPrototype: true });
  for (const adapter of [chat, json]) {
    fc.assert(fc.property(values, (outputs) => {
      const demo = { text: "x", words: [], ...outputs };
      const { messages } = adapter.format(typed, [demo], { text: "y", words: [] }, lm);
      const read = adapter.parse(typed, reply(messages[2]!.content));
      assert.deepEqual(read, { values: outputs });
    }));
  }
});

Deno.test("parse() throws nothing but ParseError, whatever the reply", () => {
  const pieces = fc.array(
    fc.constantFrom(
      "[[ ## label ## ]]",
      "[[ ## score ## ]]",
      "[[ ## tags ## ]]",
      "[[ ## __proto__ ## ]]",
      "[[ ## ",
      '{"label":',
      "{",
      "}",
      "[",
      "]",
      '"spam"',
      "1",
      "\n",
      "null",
    ),
    { maxLength: 20 },
  ).map((parts) => parts.join(" "));
  for (const adapter of [chat, json]) {
    fc.assert(fc.property(fc.oneof(pieces, fc.string()), (text) => {
      try {
        adapter.parse(typed, reply(text));
      } catch (error) {
        assert.ok(error instanceof ParseError, String(error));
      }
    }));
  }
});
