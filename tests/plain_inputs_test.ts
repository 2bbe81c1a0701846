import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { checkInput } from "../core/check_input.ts";
import { makeSchema } from "../core/make_schema.ts";
import type { JsonSchema } from "../core/registry.ts";
import { catalog } from "../skills/catalog.ts";

const JUNK = ["", " ", "-x", 0, -1, 2.5, 1e6, true, null, "\ud83d\ude00"];

/** Values that a field may have, and now and then one that it may not. */
function near(
  { type, enum: values, items = {}, properties = {} }: JsonSchema,
): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([key, field]) => [key, near(field)]);
  const fitting: Record<string, () => fc.Arbitrary<unknown>> = {
    array: () => fc.array(near(items), { maxLength: 2 }),
    boolean: () => fc.boolean(),
    object: () =>
      fc.record(Object.fromEntries(fields), { requiredKeys: [], noNullPrototype: true }),
    string: () => fc.constantFrom(...values ?? ["a", "12-34", "two words"]),
  };
  const fits = fitting[type ?? ""] ?? (() => fc.integer({ min: 1, max: 9 }));
  return fc.oneof({ arbitrary: fits(), weight: 30 }, fc.constantFrom(...JUNK));
}

Deno.test("every tool takes, by its entry in the catalog alone, what its schema takes, and makes the same of it", async () => {
  const plain = catalog.filter((entry) => entry.plain);
  assert.ok(plain.length > catalog.length / 2);
  for (const entry of plain) {
    const tool = await entry.load();
    const whole = makeSchema(tool.input, z);
    // Whoever asks for more than the catalog says gets this.
    const input = { ...whole, safeParse: () => ({ success: false, error: { issues: [] } }) };
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(near(entry.schema), async (value) => {
        const checked = await checkInput(entry, { ...tool, input } as typeof tool, value);
        if (!checked.success) return;
        taken++;
        assert.deepEqual({ ...checked }, { ...whole.safeParse(value) }, entry.name);
      }),
      { numRuns: 60 },
    );
    assert.ok(taken > 0, entry.name);
  }
});
