import assert from "node:assert/strict";
import fc from "fast-check";
import { checkJobId, jobIdOf } from "./job_id.ts";

Deno.test("jobIdOf() gives every message an id of its own, and the same each time", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 220 }),
    fc.string({ unit: fc.constantFrom("-", "_", ".", "/", "2", "f", "é"), minLength: 1 }),
  );
  fc.assert(
    fc.property(name, name, (a, b) => {
      assert.equal(checkJobId(jobIdOf(a)), jobIdOf(a));
      if (a !== b) assert.notEqual(jobIdOf(a), jobIdOf(b));
    }),
    { numRuns: 150 },
  );
});

Deno.test("jobIdOf() leaves what is an id as it is", () => {
  assert.equal(jobIdOf("01J-a.b_c"), "01J-a.b_c");
  assert.equal(jobIdOf("a/b"), "_a-2f-b");
  assert.equal(jobIdOf("_a-2f-b"), "__a-2d-2f-2d-b");
});
