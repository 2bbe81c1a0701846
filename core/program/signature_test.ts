// Signatures from text and from zod: types, names, errors, fingerprints.
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { compileFields } from "./_fields.ts";
import { fingerprint } from "./fingerprint.ts";
import { sig } from "./signature.ts";

function types(text: string): Record<string, string> {
  const { outputs } = sig(text);
  return Object.fromEntries(compileFields(outputs).map(({ name, type }) => [name, type]));
}

Deno.test("sig() reads every type of the text form", () => {
  const text = "q -> a, b: str, c : string, d: int, e: float, f: number, g: bool, h: boolean, " +
    "i: json, j: str[], k: int[][], l: yes|no, m: (low | high)[], n: a-1|b_2, o: ( str ) []";
  assert.deepEqual(types(text), {
    a: "str",
    b: "str",
    c: "str",
    d: "int",
    e: "float",
    f: "float",
    g: "bool",
    h: "bool",
    i: "json",
    j: "str[]",
    k: "int[][]",
    l: "yes|no",
    m: "(low|high)[]",
    n: "a-1|b_2",
    o: "str[]",
  });
});

Deno.test("sig() takes any identifier for a name: ax's complaint of names too generic", () => {
  for (const name of ["x", "class", "text", "input", "constructor", "toString", "größe", "_"]) {
    assert.deepEqual(Object.keys(sig(`${name} -> y`).inputs), [name]);
    assert.deepEqual(Object.keys(sig({ y: z.string() }, { [name]: z.string() }).outputs), [name]);
  }
});

Deno.test("sig() says where a text is wrong and what was expected there", () => {
  const table: [string, string][] = [
    ["", "position 0: expected a field name, got the end"],
    ["a", 'position 1: expected ":", "," or "->", got the end'],
    ["a -> ", "position 5: expected a field name, got the end"],
    ["a -> b,", "position 7: expected a field name, got the end"],
    ["a, a -> b", 'position 3: expected a name other than "a", which is taken, got "a -> b"'],
    ["a -> a", 'position 5: expected a name other than "a"'],
    ["a -> b: strng", "position 8: expected a type"],
    ["a -> b: int[", 'position 11: expected "," or the end, got "["'],
    ["a -> b:", "position 7: expected a type, got the end"],
    ["a -> b: x|", "position 10: expected a type, got the end"],
    ["a -> b: x|y[]", "position 11: expected brackets around the words of a list: (x|y)"],
    ["a -> b: x|int", 'position 8: expected words to choose from, of which "int", a type, is none'],
    ["a -> b: x|x", "position 8: expected words that differ"],
    ["a -> b c", 'position 7: expected ":", "," or the end, got "c"'],
    ["a -> __proto__", "position 5: expected a name that JavaScript can hold"],
    ["1a -> b", 'position 0: expected a field name, got "1a -> b"'],
  ];
  for (const [text, message] of table) {
    assert.throws(() => sig(text), (error) => {
      assert.ok(error instanceof UserError && error.kind === "usage");
      assert.ok(error.message.includes(message), `${text}: ${error.message}`);
      return true;
    });
  }
  assert.throws(() => sig("a -> b: strng"), { hint: 'did you mean "string"?' });
});

Deno.test("sig() refuses zod fields that cannot be told apart or named", () => {
  const field = z.string();
  assert.throws(() => sig({ "a b": field }, { c: field }), /no field can be named "a b"/);
  assert.throws(() => sig({ a: field }, { a: field }), /`a` is an input and an output/);
  assert.throws(() => sig({}, { a: field }), /at least one input and one output/);
});

Deno.test("sig() has a default instruction that names the fields", () => {
  assert.equal(sig("a, b -> c").instructions, "Given the fields `a`, `b`, produce the fields `c`.");
  assert.equal(sig("a -> c", "Do it.").instructions, "Do it.");
});

Deno.test("sig() throws nothing but UserError, whatever the text", () => {
  const pieces = fc.array(
    fc.constantFrom("a", "b", " ", ",", ":", "->", "int", "str", "[]", "|", "(", ")", "é", "-"),
    { maxLength: 14 },
  ).map((parts) => parts.join(""));
  fc.assert(fc.property(pieces, (text) => {
    try {
      const { inputs, outputs } = sig(text);
      assert.ok(Object.keys(inputs).length > 0 && Object.keys(outputs).length > 0);
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
    }
  }));
});

Deno.test("fingerprint() follows names, order and schemas, not instructions or the way of writing", () => {
  const one = fingerprint(sig("a, b: int -> c: x|y"));
  assert.match(one, /^[0-9a-f]{64}$/);
  const same = [
    sig("a,b:int->c:x|y"),
    sig("a, b: int -> c: x|y", "Other."),
    sig({ a: z.string(), b: z.int() }, { c: z.enum(["x", "y"]) }),
  ];
  for (const signature of same) assert.equal(fingerprint(signature), one);
  const others = ["b: int, a -> c: x|y", "a, b -> c: x|y", "a, b: int -> d: x|y", "a -> b: int"];
  for (const text of others) assert.notEqual(fingerprint(sig(text)), one);
});
