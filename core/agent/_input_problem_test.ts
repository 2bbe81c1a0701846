import assert from "node:assert/strict";
import { z } from "zod";
import { inputProblem } from "./_input_problem.ts";

function problem(schema: z.ZodType, value: unknown): string {
  const checked = z.object({ field: schema }).safeParse({ field: value });
  return inputProblem(checked.error?.issues[0], { field: value });
}

Deno.test("inputProblem() says in plain words why a field does not fit", () => {
  const rows: [z.ZodType, unknown, string][] = [
    [z.string().min(1), "", "field: must not be empty"],
    [z.string().min(3), "a", 'field is "a": needs at least 3 characters'],
    [z.string().max(2), "abc", 'field is "abc": has more than 2 characters'],
    [z.string().regex(/\S/), " ", "field: must not be blank"],
    [z.string(), 7, "field is 7: expected text, got a number"],
    [z.string(), undefined, "field: expected text, got nothing"],
    [z.int(), 1.5, "field is 1.5: expected a whole number, got a number"],
    [z.int().min(1), 0, "field is 0: must be at least 1"],
    [z.number().max(9), 10, "field is 10: must be at most 9"],
    [z.array(z.string()).min(1), [], "field: must not be empty"],
    [z.enum(["a", "b"]), "c", 'field is "c": must be one of a, b'],
    [z.string().refine(() => false, "expected a name"), "x", "field: expected a name"],
    [z.string().max(2), "a".repeat(99), "field: has more than 2 characters"],
  ];
  for (const [schema, value, expected] of rows) assert.equal(problem(schema, value), expected);
  assert.match(inputProblem({ path: [], message: "odd" }), /^input: odd$/);
});
