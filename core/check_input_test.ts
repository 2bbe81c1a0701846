import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { z } from "zod";
import { fillIn } from "./_fill_in.ts";
import { catalogEntry } from "./catalog_entry.ts";
import { checkInput } from "./check_input.ts";
import type { SchemaSource } from "./schema.ts";
import { defineTool, type Tool } from "./tool.ts";

const KEYS = ["a", "b", "c"];

/** Strict objects of every plain kind of field, two levels deep. */
const plainSchemas = fc.letrec<{ object: z.ZodType; field: z.ZodType; whole: z.ZodType }>((
  tie,
) => ({
  object: fc.dictionary(fc.constantFrom(...KEYS), tie("field"), {
    maxKeys: 3,
    noNullPrototype: true,
  })
    .map((shape) => z.strictObject(shape)),
  field: fc.tuple(tie("whole"), fc.constantFrom("needed", "optional", "default"), fc.boolean()).map(
    ([schema, kind, list]) => {
      if (kind === "default") return list ? z.array(schema).default([]) : schema.default("x");
      const field = list ? z.array(schema).min(1).max(2) : schema;
      return kind === "optional" ? field.optional() : field;
    },
  ),
  whole: fc.oneof(
    { maxDepth: 2 },
    fc.constant(z.string()),
    fc.constant(z.string().min(2).max(3).regex(/^[^-]/)),
    fc.constant(z.enum(["x", "-"])),
    fc.constant(z.boolean()),
    fc.constant(z.number()),
    fc.constant(z.number().min(-1).max(2.5)),
    fc.constant(z.int().min(0)),
    tie("object"),
  ),
}));

const values = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  object: fc.dictionary(fc.constantFrom(...KEYS, "d"), tie("value"), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      "x",
      "",
      "-",
      "-x",
      "long text",
      "\ud83d\ude00",
      "\ud83d\ude00xy",
      "\ud83d\ud83dxx",
    ),
    fc.constantFrom(0, -1, 2.5, 3, -0, 2 ** 60, NaN, Infinity),
    fc.constantFrom(true, null, undefined),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
}));

function isJson(value: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value);
}

function toolOf(input: SchemaSource<unknown>): Tool<unknown> {
  const run = () => Promise.resolve({ ok: true, data: null, text: "" });
  return defineTool({
    name: "t",
    summary: "A tool",
    input,
    effect: "read",
    needs: () => ({}),
    run,
  });
}

Deno.test("fillIn() lets through what zod does, and gives the same, for plain schemas", () => {
  fc.assert(
    fc.property(plainSchemas.object, fc.array(values.object, { minLength: 10 }), (schema, all) => {
      const entry = catalogEntry(toolOf(schema));
      assert.ok(entry.plain);
      for (const value of all) {
        const data = fillIn(entry.schema, value);
        const expected = schema.safeParse(value);
        if (data !== undefined) assert.deepEqual({ success: true, data }, { ...expected });
        // Of what is no JSON, only zod knows.
        else if (isJson(value)) assert.ok(!expected.success);
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("catalogEntry() calls no schema plain that checks more than its JSON form says", () => {
  const others = [
    z.object({ a: z.string().refine((text) => text !== "x") }),
    z.object({ a: z.string().trim() }),
    z.object({ a: z.string().transform(Number) }),
    z.object({ a: z.string().regex(/x/i) }),
    z.object({ a: z.string().regex(/x/).regex(/y/) }),
    z.object({ a: z.email() }),
    z.object({ a: z.coerce.number() }),
    z.object({ a: z.number().multipleOf(2) }),
    z.object({ a: z.number().gt(2) }),
    z.object({ a: z.union([z.string(), z.boolean()]) }),
    z.object({ a: z.string().nullable() }),
    z.object({ a: z.record(z.string(), z.string()) }),
    z.object({ a: z.string().catch("x") }),
    z.object({ a: z.literal("x") }),
    z.looseObject({}),
    z.strictObject({}).refine(() => false),
  ];
  for (const schema of others) {
    const { plain, schema: said } = catalogEntry(toolOf(schema));
    assert.equal(plain, undefined, JSON.stringify(said));
  }
});

Deno.test("checkInput() makes a tool's schema only where the JSON form is not enough", async () => {
  let made = 0;
  const input: SchemaSource<unknown> = (z) => {
    made++;
    return z.object({ n: z.int().max(9).default(1) });
  };
  const tool = toolOf(input);
  const { plain: _, ...entry } = catalogEntry(tool);
  assert.equal(made, 1);
  const fresh = toolOf((z) => input(z));
  const plain = { ...entry, plain: true };
  assert.deepEqual(await checkInput(plain, fresh, {}), { success: true, data: { n: 1 } });
  assert.equal(made, 1);
  const { success, error } = await checkInput(plain, fresh, { n: 10 }) as {
    success: boolean;
    error?: Error;
  };
  assert.equal(success, false);
  assert.match(String(error), /9/);
  assert.equal(made, 2);
  await checkInput(entry, fresh, {});
  assert.equal(made, 2);
});

Deno.test("fillIn() gives each call a default list of its own", () => {
  const { schema } = catalogEntry(toolOf(z.object({ list: z.array(z.string()).default([]) })));
  const [one, other] = [fillIn(schema, {}), fillIn(schema, {})] as { list: string[] }[];
  one!.list.push("x");
  assert.deepEqual(other, { list: [] });
});
